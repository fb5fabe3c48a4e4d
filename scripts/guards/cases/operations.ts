import type { Guard } from '../guard.ts';

const letters = ['test/unit/operations/dead-letters.test.ts'];
const queue = 'lambdas/operations/sqs-dead-letter-queue.ts';
const redrive = 'lambdas/operations/redrive-dead-letters.ts';

export const deadLetterGuards: readonly Guard[] = [
  {
    name: 'a tenant sees its own dead letters alone',
    file: 'lambdas/operations/dead-letter.ts',
    find: 'tenant === PLATFORM_TENANT || letter.tenant === tenant',
    replace: 'tenant.length > 0 || letter.tenant === PLATFORM_TENANT',
    tests: letters,
  },
  {
    name: 'what was listed is given back',
    file: 'lambdas/operations/list-dead-letters.ts',
    find: '  await holding.release();\n',
    replace: '',
    tests: letters,
  },
  {
    name: 'a redrive removes only what it has sent',
    file: queue,
    find: '  await sqs().send(new SendMessageCommand(',
    replace: '  await sqs().send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receipt }));\n  await sqs().send(new SendMessageCommand(',
    tests: letters,
  },
  {
    name: 'a redrive is a dry run unless told otherwise',
    file: 'lambdas/operations/dead-letter-endpoints.ts',
    find: 'dryRun: z.boolean().default(true)',
    replace: 'dryRun: z.boolean().default(false)',
    tests: letters,
  },
  {
    name: 'a redrive is written down before it is done',
    file: redrive,
    find: "  await trail.append(tenant, { ...entry, id: requestId,",
    replace: "  if (letters.length < 0) await trail.append(tenant, { ...entry, id: requestId,",
    tests: letters,
  },
  {
    name: 'what is no event of ours is not sent to its consumer again',
    file: redrive,
    find: '  if (obstacle !== undefined) return planned(letter);\n',
    replace: '',
    tests: letters,
  },
  {
    name: 'a key is good for one redrive, for ever',
    file: 'lambdas/operations/dead-letter-endpoints.ts',
    find: '  if (!sameFingerprint(first, fingerprint)) throw keyReused(request, first);\n',
    replace: '',
    tests: letters,
  },
  {
    name: 'AWS\'s own words are not told to tenants',
    file: 'lambdas/operations/dead-letter-endpoints.ts',
    find: "(kind === 'undelivered' && tenant !== PLATFORM_TENANT)",
    replace: "(kind === 'undelivered' && tenant === '')",
    tests: letters,
  },
  {
    name: 'a parked batch of several tenants is the platform\'s alone',
    file: 'lambdas/outbox/parked-object.ts',
    find: 'tenants.length === 1 ? tenants : []',
    replace: 'tenants',
    tests: ['test/unit/operations/parked-records.test.ts'],
  },
  {
    name: 'a letter in somebody else\'s hands is not called gone',
    file: redrive,
    find: '  complete ? { id,',
    replace: '  complete || id !== undefined ? { id,',
    tests: letters,
  },
  {
    name: 'only the platform scans the tables of all',
    file: 'lambdas/operations/republish-endpoint.ts',
    find: 'if (caller.tenant !== PLATFORM_TENANT)',
    replace: 'if (caller.tenant === PLATFORM_TENANT && body.since === undefined)',
    tests: ['test/unit/operations/republish.test.ts'],
  },
  {
    name: 'a service touches what is parked of its own table alone',
    file: 'lambdas/outbox/s3-parked-records.ts',
    find: '      if (!prefixes.some((prefix) => key.startsWith(prefix))) return undefined;\n',
    replace: '',
    tests: ['test/unit/operations/parked-records.test.ts'],
  },
];

const compared = ['test/unit/operations/reconciliation.test.ts'];
const runs = ['test/unit/operations/reconciliation-runs.test.ts'];

export const reconciliationGuards: readonly Guard[] = [
  {
    name: 'an account is judged only while nobody writes it',
    file: 'lambdas/operations/reconcile-account.ts',
    find: 'const isQuiet = before.version === account.version;',
    replace: 'const isQuiet = before.version <= account.version;',
    tests: runs,
  },
  {
    name: 'a step that another invocation has done is not saved twice',
    file: 'lambdas/operations/dynamodb-reconciliation-store.ts',
    find: 'version: version + 1',
    replace: 'version',
    tests: runs,
  },
  {
    name: 'a tenant sees its own comparisons alone',
    file: 'lambdas/operations/reconciliation-endpoints.ts',
    find: "{ kind: 'all' } : { kind: 'all', of }",
    replace: "{ kind: 'all' } : { kind: 'all' }",
    tests: runs,
  },
  {
    name: 'a tenant has one comparison of all books open',
    file: 'lambdas/operations/dynamodb-reconciliation-store.ts',
    find: "run.scope.kind === 'all' ? [lockItem(run)] : []",
    replace: "run.scope.kind === 'all' && run.startedAt < 0 ? [lockItem(run)] : []",
    tests: runs,
  },
  {
    name: 'a comparison of all books that has ended makes room for the next',
    file: 'lambdas/operations/dynamodb-reconciliation-store.ts',
    find: "run.scope.kind === 'all' ? [{ Delete:",
    replace: "run.scope.kind === 'all' && run.startedAt < 0 ? [{ Delete:",
    tests: runs,
  },
  {
    name: 'what an ended payment holds still is a break',
    file: 'lambdas/operations/reconcile-payment.ts',
    find: 'if (hasEnded(payment) && (hold.closedBy === undefined || remainingMinor > 0))',
    replace: 'if (hasEnded(payment) && remainingMinor < 0)',
    tests: compared,
  },
  {
    name: 'a hold is not compared while the ledger is asked to draw on it',
    file: 'lambdas/operations/reconcile-payment.ts',
    find: "  if (!isSettled) return breaks;\n  breaks.push(...restBreaks(payment, hold, capturedInBooks, find(releaseId(id))));",
    replace: "  breaks.push(...restBreaks(payment, hold, capturedInBooks, find(releaseId(id))));\n  if (!isSettled) return breaks;",
    tests: compared,
  },
  {
    name: 'an account that is gone is named',
    file: 'lambdas/operations/reconcile-records.ts',
    find: '.filter((side) => !accounts.has(nameOf(side)))',
    replace: '.filter((side) => accounts.size < 0 && !accounts.has(nameOf(side)))',
    tests: compared,
  },
  {
    name: 'a run tells of its first breaks alone',
    file: 'lambdas/operations/dynamodb-reconciliation-store.ts',
    find: 'return Count < most;',
    replace: 'return Count < Infinity;',
    tests: ['test/unit/operations/reconciliation-runs.test.ts'],
  },
];
