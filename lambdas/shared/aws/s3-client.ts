import { S3Client } from '@aws-sdk/client-s3';
import { once } from './transport.ts';

export const s3 = once((settings) => new S3Client(settings));
