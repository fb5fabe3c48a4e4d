import { beforeAll, describe, expect, it } from '@jest/globals';
import { textsAt } from './support/assembly.ts';
import { allows } from './support/iam.ts';
import { roleStatements } from './support/policies.ts';
import { synthesize } from './support/synthesize.ts';
import type { Assembly } from './support/assembly.ts';
import type { Access } from './support/iam.ts';

const { assembly } = synthesize('prod');

const arn = (type: string, path: string): string => assembly.the(type, path).arn;
const table = (name: string): string => arn('AWS::DynamoDB::Table', `${name}Table`);
const remembered = (name: string): string => arn('AWS::DynamoDB::Table', `${name}IdempotencyTable`);
const key = (name: string): string => arn('AWS::KMS::Key', name);
const queue = (path: string): string => arn('AWS::SQS::Queue', `${path}/Events/Queue`);
const fn = (path: string): string => arn('AWS::Lambda::Function', path);
const retellers = ['Payments', 'Ledger', 'Fraud', 'Notifications', 'Operations'].map((name) => `${name}/Outbox/Retelling`);
const bucket = arn('AWS::S3::Bucket', 'Parking');
const bus = arn('AWS::Events::EventBus', 'Transit/Bus');
const services = ['Payments', 'Ledger', 'Fraud', 'Notifications', 'Operations', 'Identity'] as const;
const dataKeyOf = { Payments: 'PaymentsKey', Ledger: 'LedgerKey', Fraud: 'PaymentsKey', Notifications: 'PaymentsKey', Operations: 'IdentityKey', Identity: 'IdentityKey' } as const;

type Action = readonly [action: string, resource: string, via?: string];
const on = (resource: string, ...actions: readonly string[]): readonly Action[] => actions.map((action) => [action, resource]);
const items = (name: string, ...actions: readonly string[]) => on(table(name), ...actions.map((action) => `dynamodb:${action}`));
const index = (name: string, ...indexes: readonly string[]): readonly Action[] => indexes.map((one) => ['dynamodb:Query', `${table(name)}/index/${one}`]);

const keyActions = ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'];
const dataKeyUse = (name: keyof typeof dataKeyOf, ...actions: readonly string[]): readonly Action[] =>
  (actions.length === 0 ? keyActions : actions).map((action) => [`kms:${action}`, key(dataKeyOf[name]), 'dynamodb.eu-central-1.amazonaws.com']);

const everywhere = (path: string): readonly Action[] => [
  ['xray:PutTraceSegments', '*'], ['xray:PutTelemetryRecords', '*'],
  ['logs:CreateLogStream', arn('AWS::Logs::LogGroup', path).replace(/\*$/, 'log-stream:one')], ['logs:PutLogEvents', arn('AWS::Logs::LogGroup', path).replace(/\*$/, 'log-stream:one')],
];
const http = (name: 'Payments' | 'Ledger' | 'Fraud' | 'Notifications' | 'Operations'): readonly Action[] => [
  ...on(remembered(name), 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'),
  ...on(key('CursorKey'), 'kms:GenerateMac', 'kms:VerifyMac'), ...dataKeyUse(name),
];
const consumer = (path: string, name: keyof typeof dataKeyOf): readonly Action[] => [
  ...on(queue(path), 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'),
  ['kms:Decrypt', key('Transit/Key'), 'sqs.eu-central-1.amazonaws.com'], ...dataKeyUse(name),
];
const relay = (name: 'Payments' | 'Ledger' | 'Fraud' | 'Notifications' | 'Operations'): readonly Action[] => [
  ...on(`${table(name)}/stream/2026-01-01T00:00:00.000`, 'dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'),
  ['dynamodb:ListStreams', '*'], ['events:PutEvents', bus],
  ['s3:PutObject', `${bucket}/parked/${name.toLowerCase()}/1.json`], ['s3:PutObject', `${bucket}/aws/lambda/mapping/1.json`], ['s3:ListBucket', bucket],
  ['kms:GenerateDataKey', key('PaymentsKey'), 's3.eu-central-1.amazonaws.com'], ...dataKeyUse(name, 'Decrypt'),
];
/** Where a service's relay parks, and Lambda on its behalf. */
const parkedOf = (name: 'Payments' | 'Ledger' | 'Fraud' | 'Notifications' | 'Operations'): readonly string[] =>
  [`parked/${name.toLowerCase()}`, `aws/lambda/${assembly.the('AWS::Lambda::EventSourceMapping', `${name}/Outbox`).id}`];
/** To tell and say what the table's items carry; and what was parked of them: read and removed, never written. */
const retelling = (name: 'Payments' | 'Ledger' | 'Fraud' | 'Notifications' | 'Operations'): readonly Action[] => [
  ...items(name, 'Scan', 'UpdateItem'), ...dataKeyUse(name),
  ...parkedOf(name).flatMap((prefix) => on(`${bucket}/${prefix}/1.json`, 's3:GetObject', 's3:DeleteObject')),
  ['s3:ListBucket', bucket], ['kms:Decrypt', key('PaymentsKey'), 's3.eu-central-1.amazonaws.com'],
];

const consumers = ['Payments/Payments', 'Ledger/Ledger', 'Fraud/Fraud', 'Fraud/Reviews', 'Notifications/Notifications', 'Notifications/Deliveries'] as const;
/** To look into every dead-letter queue, and to send back what is there, to no queue but the one it was in or for. */
const deadLetters = (): readonly Action[] => [
  ...['Transit/UndeliveredEvents', ...consumers.flatMap((path) => [`${path}/Events/DeadLetters`, `${path}/Route/Undelivered`])]
    .flatMap((path) => on(arn('AWS::SQS::Queue', path), 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes')),
  ...consumers.flatMap((path) => on(queue(path), 'sqs:SendMessage')),
  ['kms:Decrypt', key('Transit/Key'), 'sqs.eu-central-1.amazonaws.com'], ['kms:GenerateDataKey', key('Transit/Key'), 'sqs.eu-central-1.amazonaws.com'],
  ['kms:Decrypt', key('Transit/UndeliveredKey'), 'sqs.eu-central-1.amazonaws.com'],
];

/** What each function does, and all that it may do. */
const functions: Readonly<Record<string, readonly Action[]>> = {
  'Payments/Api': [...http('Payments'), ...items('Payments', 'GetItem', 'Query', 'BatchGetItem', 'PutItem', 'UpdateItem'), ...index('Payments', 'byTenant')],
  'Payments/Payments/Consumer': [...consumer('Payments/Payments', 'Payments'), ...items('Payments', 'GetItem', 'Query', 'UpdateItem')],
  'Payments/Due/Sweeper': [...items('Payments', 'GetItem', 'Query', 'UpdateItem'), ...index('Payments', 'byDue'), ...dataKeyUse('Payments')],
  'Payments/Outbox/Relay': relay('Payments'),
  'Payments/Outbox/Retelling': retelling('Payments'),
  'Ledger/Api': [...http('Ledger'), ...items('Ledger', 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'), ...index('Ledger', 'byTenant', 'byDebit', 'byCredit')],
  'Ledger/Ledger/Consumer': [...consumer('Ledger/Ledger', 'Ledger'), ...items('Ledger', 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem')],
  'Ledger/Outbox/Relay': relay('Ledger'),
  'Ledger/Outbox/Retelling': retelling('Ledger'),
  'Fraud/Api': [...http('Fraud'), ...items('Fraud', 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'), ...index('Fraud', 'byTenant', 'byReview')],
  'Fraud/Fraud/Consumer': [...consumer('Fraud/Fraud', 'Fraud'), ...items('Fraud', 'GetItem', 'PutItem', 'UpdateItem')],
  'Fraud/Reviews/Consumer': [...consumer('Fraud/Reviews', 'Fraud'), ...items('Fraud', 'GetItem', 'PutItem')],
  'Fraud/Due/Sweeper': [...items('Fraud', 'GetItem', 'PutItem', 'UpdateItem'), ...index('Fraud', 'byDue'), ...dataKeyUse('Fraud')],
  'Fraud/Outbox/Relay': relay('Fraud'),
  'Fraud/Outbox/Retelling': retelling('Fraud'),
  'Notifications/Api': [
    ...http('Notifications'), ...items('Notifications', 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'),
    ...index('Notifications', 'byEndpoint'),
    ...on(key('SecretsKey'), 'kms:Encrypt', 'kms:Decrypt'),
  ],
  'Notifications/Notifications/Consumer': [...consumer('Notifications/Notifications', 'Notifications'), ...items('Notifications', 'GetItem', 'Query', 'PutItem')],
  'Notifications/Deliveries/Consumer': [
    ...consumer('Notifications/Deliveries', 'Notifications'), ...items('Notifications', 'GetItem', 'PutItem', 'UpdateItem'), ['kms:Decrypt', key('SecretsKey')],
    ...on(queue('Notifications/Deliveries'), 'sqs:SendMessage'), ['kms:GenerateDataKey', key('Transit/Key'), 'sqs.eu-central-1.amazonaws.com'],
  ],
  'Notifications/Due/Sweeper': [...items('Notifications', 'GetItem', 'PutItem', 'UpdateItem'), ...index('Notifications', 'byDue'), ...dataKeyUse('Notifications')],
  'Notifications/Outbox/Relay': relay('Notifications'),
  'Notifications/Outbox/Retelling': [...retelling('Notifications'), ...items('Notifications', 'BatchGetItem')],
  'Operations/Api': [
    ...http('Operations'), ...items('Operations', 'GetItem', 'BatchGetItem', 'Query', 'PutItem'), ...deadLetters(), ...retellers.map((path): Action => ['lambda:InvokeFunction', fn(path)]),
    // The timeline reads other services' tables.
    ...items('Payments', 'GetItem', 'BatchGetItem', 'Query'), ...items('Fraud', 'GetItem'), ...items('Ledger', 'GetItem', 'BatchGetItem'), ...items('Notifications', 'Query', 'BatchGetItem'),
    ...dataKeyUse('Payments', 'Decrypt', 'DescribeKey'), ...dataKeyUse('Ledger', 'Decrypt', 'DescribeKey'),
  ],
  'Operations/Outbox/Relay': relay('Operations'),
  'Operations/Outbox/Retelling': retelling('Operations'),
  // Compares the tables of others, and writes none of them.
  'Operations/Reconciliation/Reconciler': [
    ...items('Operations', 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'), ...dataKeyUse('Operations'),
    ...items('Ledger', 'GetItem', 'BatchGetItem', 'Scan'), ...index('Ledger', 'byDebit', 'byCredit'), ...dataKeyUse('Ledger', 'Decrypt', 'DescribeKey'),
    ...items('Payments', 'GetItem', 'BatchGetItem', 'Scan'), ...dataKeyUse('Payments', 'Decrypt', 'DescribeKey'),
    ...retellers.map((path): Action => ['lambda:InvokeFunction', fn(path)]),
  ],
  'Identity/Authorizer': [...items('Identity', 'GetItem'), ...dataKeyUse('Identity', 'Decrypt', 'DescribeKey')],
};

const itemActions = ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'ConditionCheckItem'];
const keyAdministration = ['PutKeyPolicy', 'ScheduleKeyDeletion', 'DisableKey', 'CreateGrant', 'DisableKeyRotation'];

/** What nobody may do beyond the list above. */
const forbidden = (path: string): readonly Action[] => {
  const allowed = functions[path] ?? [];
  const isAllowed = ([action, resource, via]: Action): boolean => allowed.some(([one, where, through]) => one === action && where === resource && through === via);
  const all: readonly Action[] = [
    // Data of other services, and more of one's own than one needs.
    ...services.flatMap((name) => items(name, ...itemActions, 'DeleteTable')),
    ...services.filter((name) => name !== 'Identity').flatMap((name) => on(remembered(name), 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Scan')),
    ...(['Payments', 'Ledger', 'Identity'] as const).flatMap((name) => dataKeyUse(name)),
    ...keyActions.map((action): Action => [`kms:${action}`, key('PaymentsKey'), 's3.eu-central-1.amazonaws.com']),
    // Data keys by themselves, beside the service that stores the data.
    ...(['PaymentsKey', 'LedgerKey', 'IdentityKey'] as const).flatMap((name) => on(key(name), 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey')),
    ...on(key('SecretsKey'), 'kms:Decrypt', 'kms:Encrypt'),
    ...['Transit/Key', 'Transit/UndeliveredKey'].flatMap((path) => on(key(path), 'kms:Decrypt', 'kms:GenerateDataKey')),
    ...assembly.ofType('AWS::KMS::Key').flatMap((one) => on(one.arn, ...keyAdministration.map((action) => `kms:${action}`))),
    // Queues and bus.
    ...assembly.ofType('AWS::SQS::Queue').flatMap((one) => on(one.arn, 'sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:PurgeQueue')),
    ...on(bus, 'events:PutEvents'),
    ...Object.keys(functions).map((path): Action => ['lambda:InvokeFunction', fn(path)]),
    // What was parked.
    ...services.map((name): Action => ['s3:PutObject', `${bucket}/parked/${name.toLowerCase()}/1.json`]),
    ...(['Payments', 'Ledger', 'Fraud', 'Notifications'] as const).flatMap(parkedOf).flatMap((prefix) => on(`${bucket}/${prefix}/1.json`, 's3:GetObject', 's3:DeleteObject')),
  ];
  return all.filter((action) => !isAllowed(action));
};

const access = (path: string): Access => ({ assembly, fn: assembly.the('AWS::Lambda::Function', path) });
const answers = async (path: string, actions: readonly Action[]): Promise<{ allowed: string[]; denied: string[] }> => {
  const results = await Promise.all(actions.map(async ([action, resource, via]) => ({ name: `${action} ${resource}`, is: await allows(access(path), action, resource, via) })));
  return { allowed: results.filter(({ is }) => is).map(({ name }) => name), denied: results.filter(({ is }) => !is).map(({ name }) => name) };
};

const grantedActions = (of: Assembly, path: string): string[] =>
  [...new Set(roleStatements(of, of.the('AWS::Lambda::Function', path)).flatMap((statement) => textsAt(statement, 'Action')))].sort();

describe('roles', () => {
  beforeAll(() => {
    expect(assembly.ofType('AWS::Lambda::Function')).toHaveLength(Object.keys(functions).length);
  });

  it.each(Object.keys(functions))('%s is allowed what it does', async (path) => {
    expect((await answers(path, [...(functions[path] ?? []), ...everywhere(path)])).denied).toEqual([]);
  });

  it.each(Object.keys(functions))('%s is granted no action that it does not use', (path) => {
    expect(grantedActions(assembly, path)).toEqual([...new Set([...(functions[path] ?? []), ...everywhere(path)].map(([action]) => action))].sort());
  });

  it.each(Object.keys(functions))('%s is denied every other table, queue and secret, and the administration of keys', async (path) => {
    const actions = forbidden(path);
    expect(actions.length).toBeGreaterThan(100);
    expect((await answers(path, actions)).allowed).toEqual([]);
  });

  it('nobody but the ledger writes to the ledger', async () => {
    const writes = items('Ledger', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem');
    const writers: string[] = [];
    for (const path of Object.keys(functions)) if ((await answers(path, writes)).allowed.length > 0) writers.push(path);
    expect(writers).toEqual(['Ledger/Api', 'Ledger/Ledger/Consumer', 'Ledger/Outbox/Retelling']);
  });
});
