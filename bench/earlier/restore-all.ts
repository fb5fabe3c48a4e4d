import { marshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue as FromSdk } from '@aws-sdk/client-dynamodb';
import type { InMemoryAws } from '../../test/support/aws/in-memory-aws.ts';
import type { AttributeValue } from '../../test/support/aws/dynamodb/attribute-value.ts';
import type { Item } from './settled-payment.ts';

/** Puts items into a table in memory without requests, some ten thousands a second. */
export const restoreAll = (aws: InMemoryAws, table: string, items: readonly Item[]): void =>
  aws.restore(table, items.map((item) => Object.fromEntries(Object.entries(marshall(item, { removeUndefinedValues: true })).map(([name, value]) => [name, onWire(value)]))));

/** The SDK sends bytes as base64; those of earlier payments are attributes of their own. */
const onWire = (value: FromSdk): AttributeValue =>
  value.B === undefined ? (value as AttributeValue) : { B: Buffer.from(value.B).toString('base64') };
