import { isRecord } from '../../support/aws/requests.ts';
import type { Call } from '../../support/aws/in-memory-aws.ts';
import type { Names } from './names.ts';

const operations = ['Put', 'Update', 'Delete', 'ConditionCheck', 'Get'] as const;

/** Names of the tables that a call to DynamoDB touches. */
export const tablesOf = ({ input }: Call): string[] => {
  if (!isRecord(input)) return [];
  const { TableName, TransactItems, RequestItems } = input;
  if (typeof TableName === 'string') return [TableName];
  if (isRecord(RequestItems)) return Object.keys(RequestItems);
  const items = Array.isArray(TransactItems) ? TransactItems : [];
  return [...new Set(items.flatMap((item) => partsOf(item).map(({ part }) => String(part['TableName']))))];
};

/** `TransactWriteItems in ledger: Put tenant#T#.. TRANSFER, Update tenant#A#.. ACCOUNT`: which call on which item. */
export const describeCall = (call: Call, names: Names): string => {
  const { service, operation, input } = call;
  if (!isRecord(input)) return operation;
  switch (service) {
    case 'DynamoDB': return `${operation} in ${tablesOf(call).map((table) => names.tableLabel(table)).join(', ')}: ${itemsOf(input)}`;
    case 'EventBridge': return `PutEvents ${entriesOf(input).join(', ')}`;
    case 'SQS': return `${operation} ${names.queueLabel(textIn(input, 'QueueUrl', 'SourceArn').split(/[/:]/).at(-1) ?? '')}${'VisibilityTimeout' in input ? ` to ${String(input['VisibilityTimeout'])} s` : ''}`;
    case 'Lambda': return `invokes ${names.shortOf(String(input['FunctionName']))}`;
    case 'KMS': return `${operation} with ${textIn(input, 'KeyId')}`;
    case 'S3': return `${operation} ${textIn(input, 'Key', 'Prefix')}`;
  }
};

const partsOf = (item: unknown): { kind: string; part: Record<string, unknown> }[] =>
  operations.flatMap((kind) => (isRecord(item) && isRecord(item[kind]) ? [{ kind, part: item[kind] }] : []));

const itemsOf = (input: Record<string, unknown>): string => {
  const { TransactItems, RequestItems, IndexName, ExpressionAttributeValues } = input;
  if (Array.isArray(TransactItems)) return TransactItems.flatMap((item) => partsOf(item).map(({ kind, part }) => `${kind} ${keyText(part)}`)).join(' + ');
  if (isRecord(RequestItems)) return Object.values(RequestItems).flatMap((request) => (isRecord(request) && Array.isArray(request['Keys']) ? request['Keys'].map((Key) => keyText({ Key })) : [])).join(' + ');
  if ('Key' in input || 'Item' in input) return keyText(input);
  const values = isRecord(ExpressionAttributeValues) ? Object.values(ExpressionAttributeValues).map(textOf).join(', ') : '';
  return `${typeof IndexName === 'string' ? `${IndexName} ` : ''}(${values})`;
};

const keyText = (part: Record<string, unknown>): string => {
  const key = isRecord(part['Key']) ? part['Key'] : part['Item'];
  return isRecord(key) ? [key['pk'], key['sk']].filter((value) => value !== undefined).map(textOf).join(' ') : '?';
};

/** The first of these members that is a text. */
const textIn = (input: Record<string, unknown>, ...members: readonly string[]): string => members.map((member) => input[member]).find((value) => typeof value === 'string') ?? '';

const textOf = (value: unknown): string => (isRecord(value) ? String(Object.values(value)[0]) : String(value));

const entriesOf = (input: Record<string, unknown>): string[] =>
  (Array.isArray(input['Entries']) ? input['Entries'] : []).map((entry: unknown) => {
    if (!isRecord(entry)) return '?';
    const id = /"id":"([^"]+)"/.exec(String(entry['Detail']))?.[1] ?? '?';
    const emission = /"emission":(\d+)/.exec(String(entry['Detail']))?.[1] ?? '?';
    return `${String(entry['DetailType'])} ${id} (emission ${emission})`;
  });
