import type { DynamoDBRecord } from 'aws-lambda';

/** The item that a stream record is about. */
export const itemKeyText = ({ dynamodb }: DynamoDBRecord): string => Object.values(dynamodb?.Keys ?? {}).map(({ S = '' }) => S).join(' ');
