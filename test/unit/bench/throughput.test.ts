import { afterAll, describe, expect, it } from '@jest/globals';
import { conflictModel } from '../../../bench/ledger/conflict-model.ts';
import { useInMemory } from '../../../bench/ledger/in-memory.ts';
import { throughput, ways } from '../../../bench/ledger/throughput.ts';
import { inVirtualTime } from '../../../bench/ledger/virtual-time.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { throttled } from '../../support/aws/errors.ts';

afterAll(() => useTransport(undefined));

describe('the bench of postings', () => {
  it('posts every payment, also while transactions conflict', async () => {
    const aws = await useInMemory();
    aws.intercept = conflictModel();
    expect(await inVirtualTime((now) => throughput('hot', ways.default, 40, 4, now))).toBeGreaterThan(0);
    expect(aws.table('bench-ledger').items.all().filter(({ kind }) => kind !== undefined)).toHaveLength(40);
  });

  it('refuses to go on for ever with payments that no engine takes', async () => {
    const aws = await useInMemory();
    aws.intercept = (call, proceed) => {
      if (call.operation === 'TransactWriteItems') throw throttled(call.service);
      return proceed();
    };
    await expect(inVirtualTime((now) => throughput('hot', ways.single, 4, 2, now))).rejects.toThrow();
  });
});
