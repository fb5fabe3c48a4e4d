import { afterEach, describe, expect, it } from '@jest/globals';
import { assessPayment } from '../../../lambdas/fraud/assess-payment.ts';
import * as fc from 'fast-check';
import { connectionLost } from '../../support/aws/errors.ts';
import { transactionCanceled } from '../../support/aws/dynamodb/transact-write.ts';
import { accountId, askFor, fraudWorld, leaveWorld, limitsWith, NOW, otherTenant, paymentId, tenant } from './fraud-world.ts';

afterEach(leaveWorld);

describe('assessing a payment', () => {
  it('approves, and says so once with its cause and correlation', async () => {
    const world = fraudWorld();
    expect(await world.assess(askFor('p', { emission: 4 }))).toBe('applied');
    const id = paymentId('p');
    expect(world.said()).toEqual([
      expect.objectContaining({
        id: `${id}.case-1`, type: 'FraudAssessed', source: 'payment-pipeline.fraud', subject: `${id}.case`, tenantid: tenant, emission: 1,
        causationid: `${id}-1`, correlationid: 'request-of-p',
        data: { paymentId: id, outcome: 'approve', riskLevel: 'low', riskScore: 0, reasons: [], ruleVersion: '3', review: 'none' },
      }),
    ]);
    expect((await world.caseItems())[0]).toMatchObject({ pk: `${tenant}#F#${id}`, answered: 4, emission: 1, amountMinor: 1_000, createdAt: NOW });
  });

  it('writes three items in one transaction', async () => {
    const world = fraudWorld();
    await world.assess(askFor('p'));
    const writes = world.aws.calls.filter(({ operation }) => operation === 'TransactWriteItems');
    expect(writes.map(({ input }) => (input as { TransactItems: unknown[] }).TransactItems.length)).toEqual([3]);
  });

  it.each([
    ['payer_blocked', accountId('payer')],
    ['payee_blocked', accountId('payee')],
  ])('refuses a payment with %s', async (reason, account) => {
    const world = fraudWorld();
    await world.block(account);
    await world.assess(askFor('p'));
    expect(await world.verdictOn('p')).toMatchObject({ outcome: 'decline', riskLevel: 'high', riskScore: 100, reasons: [reason] });
    expect(world.said()).toHaveLength(1);
  });

  it('does not care about a block of another tenant', async () => {
    const world = fraudWorld();
    await world.block(accountId('payer'), otherTenant);
    await world.assess(askFor('p'));
    expect(await world.verdictOn('p')).toMatchObject({ outcome: 'approve' });
  });

  it('does not care about a block that was taken away', async () => {
    const world = fraudWorld();
    await world.block(accountId('payer'));
    await world.blocks.remove(tenant, accountId('payer'));
    await world.assess(askFor('p'));
    expect(await world.verdictOn('p')).toMatchObject({ outcome: 'approve' });
  });

  it('refuses an amount over the limit, and takes exactly the limit', async () => {
    const world = fraudWorld(limitsWith({ maxAmountMinor: 5_000 }));
    await world.assess(askFor('exactly', { amountMinor: 5_000 }));
    await world.assess(askFor('over', { amountMinor: 5_001 }));
    expect(await world.verdictOn('exactly')).toMatchObject({ outcome: 'approve' });
    expect(await world.verdictOn('over')).toMatchObject({ outcome: 'decline', reasons: ['amount_over_limit'] });
    expect(await world.counters()).toMatchObject({ 'DAY#2026-11-22#EUR': { dayAttempts: 2, dayApproved: 5_000 } });
  });

  it('sends an amount over the review limit to a person, and lets it take its room at once', async () => {
    const world = fraudWorld(limitsWith({ maxAmountMinor: 5_000, reviewAmountMinor: 3_000, minute: { maxCount: 10, maxAmountMinor: 6_000 } }));
    await world.assess(askFor('small', { amountMinor: 3_000 }));
    await world.assess(askFor('large', { amountMinor: 3_001 }));
    expect(await world.verdictOn('small')).toMatchObject({ outcome: 'approve' });
    expect(await world.verdictOn('large')).toMatchObject({ outcome: 'decline', reasons: ['velocity_amount_minute'] });
    await world.assess(askFor('another', { payer: 'other', amountMinor: 3_001 }));
    expect(world.said().at(-1)?.data).toMatchObject({ outcome: 'review', reasons: ['amount_over_review_limit'], review: 'none' });
    expect(await world.counters('other')).toMatchObject({ 'MINUTE#2026-11-22T09:30#EUR': { minuteAttempts: 1, minuteApproved: 3_001 } });
  });

  it('refuses with every velocity limit that is broken', async () => {
    const world = fraudWorld(limitsWith({ minute: { maxCount: 1, maxAmountMinor: 50_000 }, day: { maxCount: 10, maxAmountMinor: 1_500 } }));
    await world.assess(askFor('p'));
    await world.assess(askFor('q'));
    expect(await world.verdictOn('q')).toMatchObject({ outcome: 'decline', reasons: ['velocity_count_minute', 'velocity_amount_day'] });
  });

  it('refuses a currency that has no limits, whoever pays and however little', async () => {
    const world = fraudWorld();
    expect(await world.assess(askFor('p', { currency: 'JPY', amountMinor: 1 }))).toBe('applied');
    expect(await world.verdictOn('p')).toMatchObject({ outcome: 'decline', reasons: ['currency_not_enabled'], riskLevel: 'high' });
    expect(await world.counters()).toEqual({ 'DAY#2026-11-22#JPY': { dayAttempts: 1, h09Attempts: 1 }, 'MINUTE#2026-11-22T09:30#JPY': { minuteAttempts: 1 } });
  });

  it('counts each currency in windows of its own', async () => {
    const world = fraudWorld();
    const limits = { EUR: limitsWith({ minute: { maxCount: 9, maxAmountMinor: 1_000 } }), JPY: limitsWith({ minute: { maxCount: 9, maxAmountMinor: 1_500 } }) };
    for (const [name, currency, amountMinor] of [['a', 'EUR', 1_000], ['b', 'JPY', 1_500], ['c', 'JPY', 1], ['d', 'EUR', 1]] as const) {
      await assessPayment({ cases: world.cases, blocks: world.blocks, limits }, askFor(name, { currency, amountMinor }));
    }
    expect(await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => (await world.verdictOn(name))?.outcome))).toEqual(['approve', 'approve', 'decline', 'decline']);
  });

  it('rejects an ask whose ids are not ids', async () => {
    const world = fraudWorld();
    const ask = askFor('p');
    await expect(world.assess({ ...ask, data: { ...ask.data, payerAccountId: 'acc_1#B' } })).rejects.toThrow('PaymentInitiated');
    expect(await world.scan()).toEqual([]);
  });
});

describe('exactness', () => {
  it('grants N parallel payments exactly the limit and counts each once', async () => {
    const world = fraudWorld(limitsWith({ hour: { maxCount: 7, maxAmountMinor: 1_000_000 } }));
    const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
    await Promise.all(names.map((name) => world.assess(askFor(name))));
    const outcomes = (await world.caseItems()).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'approve')).toHaveLength(7);
    expect(outcomes).toHaveLength(20);
    expect(await world.counters()).toMatchObject({ 'DAY#2026-11-22#EUR': { h09Attempts: 20, h09Approved: 7_000 } });
  });

  it('grants parallel payments of 10 from a sum of 100 exactly ten times', async () => {
    const world = fraudWorld(limitsWith({ minute: { maxCount: 100, maxAmountMinor: 100 } }));
    await Promise.all(Array.from({ length: 30 }, (_, index) => world.assess(askFor(`p${index}`, { amountMinor: 10 }))));
    expect((await world.caseItems()).filter(({ outcome }) => outcome === 'approve')).toHaveLength(10);
    expect(await world.counters()).toMatchObject({ 'MINUTE#2026-11-22T09:30#EUR': { minuteAttempts: 30, minuteApproved: 100 } });
  });

  it('has counters that are the sum over the cases, whatever came when and how often', async () => {
    const limits = limitsWith({
      maxAmountMinor: 60, reviewAmountMinor: 40, minute: { maxCount: 3, maxAmountMinor: 100 }, hour: { maxCount: 5, maxAmountMinor: 140 }, day: { maxCount: 9, maxAmountMinor: 300 },
    });
    const payment = fc.record({
      payer: fc.constantFrom('a', 'b'), amountMinor: fc.integer({ min: 1, max: 70 }), createdAt: fc.constantFrom(0, 39_999, 40_000, 1_780_000, 52_200_000).map((after) => NOW + after),
    });
    const deliveries = fc.array(fc.record({ index: fc.nat(11), emission: fc.integer({ min: 1, max: 3 }) }), { minLength: 1, maxLength: 24 });
    await fc.assert(fc.asyncProperty(fc.array(payment, { minLength: 12, maxLength: 12 }), deliveries, fc.boolean(), async (payments, delivered, parallel) => {
      const world = fraudWorld(limits);
      const assess = ({ index, emission }: { index: number; emission: number }) => world.assess(askFor(`p${index}`, { ...payments[index], emission }));
      if (parallel) await Promise.all(delivered.map(assess));
      else for (const delivery of delivered) await assess(delivery);
      await expectCountersToMatch(world);
    }), { numRuns: 60 });
  });
});

const expectCountersToMatch = async (world: ReturnType<typeof fraudWorld>): Promise<void> => {
  for (const payer of ['a', 'b']) {
    const expected: Record<string, Record<string, number>> = {};
    for (const item of (await world.caseItems()).filter(({ payerAccountId }) => payerAccountId === accountId(payer))) {
      const at = new Date(Number(item['createdAt'])).toISOString();
      const amount = item['outcome'] !== 'decline' ? Number(item['amountMinor']) : 0;
      const places = [[`DAY#${at.slice(0, 10)}#EUR`, 'day'], [`DAY#${at.slice(0, 10)}#EUR`, `h${at.slice(11, 13)}`], [`MINUTE#${at.slice(0, 16)}#EUR`, 'minute']] as const;
      for (const [sk, window] of places) {
        const counter = (expected[sk] ??= {});
        counter[`${window}Attempts`] = (counter[`${window}Attempts`] ?? 0) + 1;
        if (amount > 0) counter[`${window}Approved`] = (counter[`${window}Approved`] ?? 0) + amount;
      }
    }
    expect(await world.counters(payer)).toEqual(expected);
    for (const counter of Object.values(expected)) expect(counter['minuteApproved'] ?? 0).toBeLessThanOrEqual(100);
  }
};

describe('asked again', () => {
  it('takes a redelivery for what it is: nothing is written, nothing said', async () => {
    const world = fraudWorld();
    await world.assess(askFor('p'));
    const before = await world.scan();
    world.aws.calls.length = 0;
    expect(await world.assess(askFor('p'))).toBe('already');
    expect(world.aws.calls.map(({ operation }) => operation)).toEqual(['GetItem']);
    expect(await world.scan()).toEqual(before);
    expect(world.said()).toHaveLength(1);
  });

  it('says the same verdict again, once, for a higher emission', async () => {
    const world = fraudWorld();
    await world.assess(askFor('p'));
    await world.block(accountId('payer'));
    expect(await world.assess(askFor('p', { emission: 2 }))).toBe('applied');
    expect(await world.assess(askFor('p', { emission: 2 }))).toBe('already');
    expect(await world.assess(askFor('p', { emission: 1 }))).toBe('already');
    const [first, second, ...more] = world.said();
    expect(more).toEqual([]);
    expect(second).toEqual({ ...first, emission: 2 });
    expect(await world.counters()).toMatchObject({ 'DAY#2026-11-22#EUR': { dayAttempts: 1 } });
  });

  it('says the verdict again once when a newer ask is handled by many at once', async () => {
    const world = fraudWorld();
    await world.assess(askFor('p'));
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => world.assess(askFor('p', { emission: 2 }))));
    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
    expect(world.said().map(({ emission }) => emission)).toEqual([1, 2]);
  });

  it('counts once when the same ask is handled by many at once', async () => {
    const world = fraudWorld();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => world.assess(askFor('p'))));
    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'already')).toHaveLength(7);
    expect(await world.counters()).toMatchObject({ 'DAY#2026-11-22#EUR': { dayAttempts: 1 } });
  });
});

describe('when things go wrong', () => {
  const oneApproval = { 'DAY#2026-11-22#EUR': { dayAttempts: 1, dayApproved: 1_000, h09Attempts: 1, h09Approved: 1_000 }, 'MINUTE#2026-11-22T09:30#EUR': { minuteAttempts: 1, minuteApproved: 1_000 } };

  it('has one effect after a crash between the reads and the write', async () => {
    const world = fraudWorld();
    world.aws.intercept = ({ operation }, proceed) => {
      if (operation === 'TransactWriteItems') throw connectionLost();
      return proceed();
    };
    await expect(world.assess(askFor('p'))).rejects.toThrow();
    expect(await world.scan()).toEqual([]);
    world.aws.intercept = (_call, proceed) => proceed();
    expect(await world.assess(askFor('p'))).toBe('applied');
    expect(await world.counters()).toEqual(oneApproval);
  });

  it('has one effect after a crash right behind the write', async () => {
    const world = fraudWorld();
    loseAnswers(world, 1);
    await expect(world.assess(askFor('p'))).rejects.toThrow();
    expect(await world.assess(askFor('p'))).toBe('already');
    expect(await world.counters()).toEqual(oneApproval);
    expect(world.said()).toHaveLength(1);
  });

  it.each([['with', true], ['after the end of', false]])('has one effect when the SDK repeats a write whose answer was lost, %s its token', async (_name, withToken) => {
    const world = fraudWorld(limitsWith({ minute: { maxCount: 1, maxAmountMinor: 50_000 } }), 3);
    loseAnswers(world, 1, withToken);
    expect(['applied', 'already']).toContain(await world.assess(askFor('p')));
    expect(await world.verdictOn('p')).toMatchObject({ outcome: 'approve' });
    expect(await world.counters()).toEqual(oneApproval);
    expect(world.said()).toHaveLength(1);
  });

  it('counts a decline once when its answer was lost', async () => {
    const world = fraudWorld();
    await world.block(accountId('payee'));
    loseAnswers(world, 1);
    await expect(world.assess(askFor('p'))).rejects.toThrow();
    expect(await world.assess(askFor('p'))).toBe('already');
    expect(await world.counters()).toMatchObject({ 'DAY#2026-11-22#EUR': { dayAttempts: 1 } });
  });

  it('has one effect after a crash between the refused approval and the decline', async () => {
    const world = fraudWorld(limitsWith({ minute: { maxCount: 1, maxAmountMinor: 50_000 } }));
    await world.assess(askFor('first'));
    let writes = 0;
    world.aws.intercept = ({ operation }, proceed) => {
      if (operation === 'TransactWriteItems' && (writes += 1) === 2) throw connectionLost();
      return proceed();
    };
    await expect(world.assess(askFor('p'))).rejects.toThrow();
    expect(await world.assess(askFor('p'))).toBe('applied');
    expect(await world.verdictOn('p')).toMatchObject({ reasons: ['velocity_count_minute'] });
    expect(await world.counters()).toMatchObject({ 'MINUTE#2026-11-22T09:30#EUR': { minuteAttempts: 2, minuteApproved: 1_000 } });
  });

  it('tries again in place when another transaction holds a counter', async () => {
    const world = fraudWorld();
    let conflicts = 3;
    world.aws.intercept = ({ operation }, proceed) => {
      if (operation === 'TransactWriteItems' && conflicts > 0) {
        conflicts -= 1;
        throw transactionCanceled([{ Code: 'None' }, { Code: 'TransactionConflict' }, { Code: 'None' }]);
      }
      return proceed();
    };
    expect(await world.assess(askFor('p'))).toBe('applied');
    expect(await world.counters()).toEqual(oneApproval);
  });

  it('rejects for another delivery when the conflict lasts', async () => {
    const world = fraudWorld();
    world.aws.intercept = ({ operation }, proceed) => {
      if (operation === 'TransactWriteItems') throw transactionCanceled([{ Code: 'TransactionConflict' }, { Code: 'None' }, { Code: 'None' }]);
      return proceed();
    };
    await expect(world.assess(askFor('p'))).rejects.toThrow(/TransactionConflict/);
  });
});

/** Applies a transaction, then breaks the connection, so often; without token the repeat looks like a new request. */
const loseAnswers = ({ aws }: ReturnType<typeof fraudWorld>, times: number, withToken = true): void => {
  let left = times;
  aws.intercept = ({ operation, input }, proceed) => {
    if (operation !== 'TransactWriteItems') return proceed();
    if (!withToken) delete (input as { ClientRequestToken?: string }).ClientRequestToken;
    const answer = proceed();
    if (left === 0) return answer;
    left -= 1;
    throw connectionLost();
  };
};
