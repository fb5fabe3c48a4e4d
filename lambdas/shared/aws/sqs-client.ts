import { SQSClient } from '@aws-sdk/client-sqs';
import { once } from './transport.ts';

export const sqs = once((settings) => new SQSClient(settings));
