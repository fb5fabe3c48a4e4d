import type { Guard } from '../guard.ts';

const roles = ['test/infra/roles.test.ts'];
const stacks = ['test/infra/stacks.test.ts'];

const grants: readonly Guard[] = [
  {
    name: 'grant: the payments consumer may change payments',
    file: 'lib/services/payments.ts',
    find: "['Query', 'UpdateItem']",
    replace: "['Query']",
    tests: roles,
  },
  {
    name: 'grant: the ledger consumer may put transfers',
    file: 'lib/services/ledger.ts',
    find: "['GetItem', 'PutItem', 'UpdateItem']",
    replace: "['GetItem', 'UpdateItem']",
    tests: roles,
  },
  {
    name: 'grant: the fraud consumer may do no more than it does',
    file: 'lib/services/fraud.ts',
    find: "['GetItem', 'PutItem', 'UpdateItem']",
    replace: "['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']",
    tests: roles,
  },
  {
    name: 'grant: who uses a table may use its key',
    file: 'lib/constructs/service-table.ts',
    find: 'dataKey.grantThroughDynamoDb(fn',
    replace: 'if (actions.length < 0) dataKey.grantThroughDynamoDb(fn',
    tests: roles,
  },
  {
    name: 'grant: a data key is used through its service alone',
    file: 'lib/constructs/data-key.ts',
    find: "conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(fn).region}.amazonaws.com` } },",
    replace: '',
    tests: roles,
  },
  {
    name: 'grant: relays may publish',
    file: 'lib/constructs/transit.ts',
    find: "actions: ['events:PutEvents']",
    replace: "actions: ['events:DescribeEventBus']",
    tests: roles,
  },
  {
    name: 'grant: relays may park',
    file: 'lib/constructs/parking-bucket.ts',
    find: '`${bucketArn}/parked/${owner}/*`, ',
    replace: '',
    tests: roles,
  },
  {
    name: 'grant: a consumer may decrypt its queue',
    file: 'lib/constructs/queue-consumer.ts',
    find: "actions: ['kms:Decrypt']",
    replace: "actions: ['kms:DescribeKey']",
    tests: roles,
  },
  {
    name: 'grant: cursors can be checked',
    file: 'lib/constructs/cursor-key.ts',
    find: "['kms:GenerateMac', 'kms:VerifyMac']",
    replace: "['kms:GenerateMac']",
    tests: roles,
  },
];

const wiring: readonly Guard[] = [
  {
    name: 'a queue has a redrive policy',
    file: 'lib/constructs/queue-consumer.ts',
    find: 'deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT },',
    replace: '',
    tests: stacks,
    refusal: 'AwsSolutions-SQS3',
  },
  {
    name: 'a poisonous message leaves its queue',
    file: 'lib/constructs/queue-consumer.ts',
    find: 'maxReceiveCount: MAX_RECEIVE_COUNT',
    replace: 'maxReceiveCount: 1_000',
    tests: stacks,
  },
  {
    name: 'a message stays hidden while its consumer may still work on it',
    file: 'lib/constructs/queue-consumer.ts',
    find: 'VISIBILITY_TIMEOUTS = 6',
    replace: 'VISIBILITY_TIMEOUTS = 1',
    tests: stacks,
  },
  {
    name: 'a queue takes back single messages',
    file: 'lib/constructs/queue-consumer.ts',
    find: 'reportBatchItemFailures: true,',
    replace: '',
    tests: stacks,
  },
  {
    name: 'a stream starts again at the record that failed',
    file: 'lib/constructs/outbox-relay.ts',
    find: 'reportBatchItemFailures: true,',
    replace: '',
    tests: stacks,
  },
  {
    name: 'what a relay gives up is kept',
    file: 'lib/constructs/outbox-relay.ts',
    find: 'onFailure: { bind: () => ({ destination: parking.bucket.bucketArn }) },',
    replace: '',
    tests: stacks,
  },
  {
    name: 'a rule brings the ledger its voids',
    file: 'lib/event-subscriptions.ts',
    find: "['PaymentApproved', 'PaymentVoidRequested']",
    replace: "['PaymentApproved']",
    tests: ['test/infra/event-subscriptions.test.ts'],
  },
  {
    name: 'a rule brings payments only what they asked for',
    file: 'lib/event-subscriptions.ts',
    find: "['FundsTransferred', 'TransferRejected'], 'withPayment')",
    replace: "['FundsTransferred', 'TransferRejected'])",
    tests: stacks,
  },
  {
    name: 'what a rule cannot deliver is kept',
    file: 'lib/constructs/event-route.ts',
    find: 'deadLetterQueue: this.undelivered,',
    replace: '',
    tests: stacks,
  },
  {
    name: 'the key of events lets EventBridge encrypt and decrypt',
    file: 'lib/constructs/transit.ts',
    find: "'kms:GenerateDataKey', 'kms:Decrypt', ",
    replace: '',
    tests: stacks,
  },
  {
    name: 'a dead letter raises an alarm at once',
    file: 'lib/constructs/dead-letter-queue.ts',
    find: 'threshold: 1,',
    replace: 'threshold: 100,',
    tests: stacks,
  },
  {
    name: 'no route is open to everybody',
    file: 'lib/constructs/http-api.ts',
    find: 'integrations.get(service), options)',
    replace: "integrations.get(service), method === 'GET' ? {} : options)",
    tests: stacks,
    refusal: 'AwsSolutions-APIG4',
  },
  {
    name: 'tables of prod cannot be deleted by mistake',
    file: 'lib/constructs/service-table.ts',
    find: 'deletionProtection: stage.deletionProtection,',
    replace: '',
    tests: stacks,
  },
];

export const infrastructureGuards: readonly Guard[] = [...grants, ...wiring];
