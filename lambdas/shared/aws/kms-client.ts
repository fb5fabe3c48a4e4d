import { KMSClient } from '@aws-sdk/client-kms';
import { once } from './transport.ts';

export const kms = once((settings) => new KMSClient(settings));
