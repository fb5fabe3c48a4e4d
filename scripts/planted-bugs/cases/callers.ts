import type { PlantedBug } from '../bug.ts';

export const callerBugs: readonly PlantedBug[] = [
  {
    name: 'the key of a request is taken for another request', file: 'lambdas/payments/create-payment.ts',
    find: 'return sameFingerprint(existing.fingerprint, asked.fingerprint)',
    replace: 'return existing !== undefined',
    breaks: 'a caller who uses a key twice is told that the second payment was made',
  },
  {
    name: 'the answer that was given is remembered for another request', file: 'lambdas/shared/idempotency/run-once.ts',
    find: "    payloadValidationJmesPath: 'fingerprint',\n",
    replace: '',
    breaks: 'another request under the same key gets an answer that is not its own',
  },
  {
    name: 'an id is made of the key without the tenant', file: 'lambdas/shared/ids/ids.ts',
    find: 'JSON.stringify([SCHEME, tenant, operation, key])',
    replace: 'JSON.stringify([SCHEME, operation, key])',
    breaks: 'two tenants that choose the same key meet in one payment',
  },
  {
    name: 'items are under one tenant', file: 'lambdas/payments/payment-item.ts',
    find: "key(tenant, 'P', id)",
    replace: "key('tenant01', 'P', id)",
    breaks: 'tenants see each other\'s payments',
  },
  {
    name: 'a put that finds its key taken writes all the same', file: 'lambdas/shared/aws/put-if-absent.ts',
    find: "ConditionExpression: 'attribute_not_exists(pk)',",
    replace: "ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(pk)',",
    breaks: 'transfers, commands, accounts and deliveries are begun again by a repeat',
  },
  {
    name: 'a conflict with another transaction ends the work', file: 'lambdas/shared/aws/conflict-retries.ts',
    find: 'if (!isConflict(error) || clock.now() > lastTryAt) throw error;',
    replace: "if (!isConflict(error) || clock.now() > lastTryAt) throw error;\n      if (attempt > 0) return undefined as T;",
    breaks: 'a write that met a conflict counts as made',
  },
  {
    name: 'a redrive removes what it could not send', file: 'lambdas/operations/sqs-dead-letter-queue.ts',
    find: '  await sqs().send(new SendMessageCommand(',
    replace: '  await sqs().send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receipt }));\n  await sqs().send(new SendMessageCommand(',
    breaks: 'a dead letter whose sending fails is gone',
  },
  {
    name: 'a republication finds no gap', file: 'lambdas/operations/republish.ts',
    find: 'if (gaps.length > 0 && !window.dryRun)',
    replace: 'if (gaps.length > 1_000 && !window.dryRun)',
    breaks: 'what the log lacks stays missing',
  },
  {
    name: 'an account is compared while it is written', file: 'lambdas/operations/reconcile-account.ts',
    find: 'const isQuiet = before.version === account.version;',
    replace: 'const isQuiet = before.version <= account.version;',
    // Else it would have to be written each of the sixteen times that it is looked at.
    and: [{ find: 'const TRIES = 8;', replace: 'const TRIES = 1;' }, { find: ' || counting.isSecond) return', replace: ' || !counting.isSecond) return' }],
    breaks: 'the comparison of the books calls good books broken',
  },
];
