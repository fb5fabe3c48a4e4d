import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { once } from './transport.ts';

export const dynamoDb = once((settings) => new DynamoDBClient(settings));
