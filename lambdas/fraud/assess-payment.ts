import { originOf } from '../shared/events/envelope.ts';
import { clock } from '../shared/time/clock.ts';
import { changeCase } from './change-case.ts';
import { answeredAgain, assessed, fateOf, newCase } from './fraud-case.ts';
import { paymentOf } from './payment-under-assessment.ts';
import { standingReasons, verdictOn } from './rules.ts';
import { velocityReasons } from './velocity.ts';
import type { FraudLimits } from '../shared/contract/fraud-limits.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { BlockStore } from './block-store.ts';
import type { CaseStore, CaseWritten } from './case-store.ts';
import type { FraudCase } from './fraud-case.ts';
import type { DeclineReason } from './rules.ts';

export interface AssessPaymentPorts {
  readonly cases: CaseStore;
  readonly blocks: Pick<BlockStore, 'find'>;
  readonly limits: FraudLimits;
}

type Ask = Envelope<'PaymentInitiated'>;

/**
 * Decides whether a payment may go on, once, before any money moves.
 * 1. Assessed already: say the outcome again if this ask is newer than the last one taken up.
 * 2. Read whether payer or payee is blocked. A block holds for every assessment that begins after it was put.
 * 3. Decided without it, by a person, the deadline or the payment's end: the verdict is only recorded. The attempt counts,
 *    the amount only if money moves, and then whether there is room or not: it does move.
 * 4. Nothing speaks against it: approve or review, in one write with the room it takes in the payer's windows. A
 *    reviewed payment takes its room at once: whoever approves it later must not find that others have used it up.
 * 5. Something does, its currency has no limits, or a window has no room: decline, in one write with the attempt. A payment that is
 *    declined anyway is not held against the windows, so it tells no velocity reasons.
 * 6. Its review was opened or decided in between: the same again, with what the case has become.
 * Fails with whatever the stores throw; asking again after that is safe.
 */
export const assessPayment = async (ports: AssessPaymentPorts, ask: Ask): Promise<Outcome> => {
  const { cases } = ports;
  const payment = paymentOf(ask);
  let current = (await cases.find(ask.tenantid, payment.paymentId)) ?? newCase(payment);
  while (current.verdict === undefined) {
    const written = await decide(ports, ask, current);
    if (written.kind === 'written') return 'applied';
    current = written.current;
  }
  if (ask.emission <= current.answered) return 'already';
  return changeCase(cases, ask.tenantid, payment.paymentId, (found) => (found && answeredAgain(found, ask.emission)) ?? 'already');
};

const decide = async ({ cases, blocks, limits: byCurrency }: AssessPaymentPorts, ask: Ask, earlier: FraudCase): Promise<CaseWritten> => {
  const tenant = ask.tenantid;
  const { payerAccountId, payeeAccountId, amountMinor, currency } = earlier.payment;
  const limits = byCurrency[currency];
  const [payerBlock, payeeBlock] = await Promise.all([blocks.find(tenant, payerAccountId), blocks.find(tenant, payeeAccountId)]);
  const facts = { amountMinor, payerBlocked: payerBlock !== undefined, payeeBlocked: payeeBlock !== undefined };

  const event = { at: clock.now(tenant), ...originOf(ask) };
  const withVerdict = (reasons: readonly DeclineReason[]): FraudCase => assessed(earlier, verdictOn(amountMinor, reasons, limits), ask.emission, event);

  const standing = standingReasons(facts, limits);
  const fate = fateOf(earlier);
  if (fate !== undefined) return cases.writeCounting(tenant, withVerdict(standing), fate === 'paid' ? amountMinor : 0);
  if (limits === undefined || standing.length > 0) return cases.writeCounting(tenant, withVerdict(standing), 0);
  const written = await cases.writeTakingRoom(tenant, withVerdict([]), limits.velocity);
  if (written.kind !== 'no_room') return written;
  const broken = velocityReasons(written.counters, amountMinor, limits.velocity);
  if (broken.length === 0) throw new Error('The store found no room in a window whose limits are not broken.');
  return cases.writeCounting(tenant, withVerdict(broken), 0);
};
