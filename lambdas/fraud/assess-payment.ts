import { InvalidEventError } from '../shared/events/envelope.ts';
import { isAccountId, isPaymentId } from '../shared/ids/ids.ts';
import { clock } from '../shared/time/clock.ts';
import { standingReasons, verdictOn } from './rules.ts';
import { velocityReasons } from './velocity.ts';
import type { FraudLimits } from '../shared/contract/fraud-limits.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { NewEvent } from '../shared/events/event-entry.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { Assessment, PaymentUnderAssessment } from './assessment.ts';
import type { BlockStore } from './block-store.ts';
import type { CaseStore, CaseWritten } from './case-store.ts';
import type { Reason } from './rules.ts';

export interface AssessPaymentPorts {
  readonly cases: CaseStore;
  readonly blocks: Pick<BlockStore, 'find'>;
  readonly limits: FraudLimits;
}

type Ask = Envelope<'PaymentInitiated'>;

/**
 * Decides whether a payment may go on, once, before any money moves.
 * 1. Assessed already: say the verdict again if this ask is newer than the last one answered.
 * 2. Read whether payer or payee is blocked. A block holds for every assessment that begins after it was put.
 * 3. Nothing speaks against it: approve, in one write with the room it takes in the payer's windows.
 * 4. Something does, or a window has no room: decline, in one write with the attempt. A payment that is
 *    declined anyway is not held against the windows, so it tells no velocity reasons.
 * Fails with whatever the stores throw; asking again after that is safe.
 */
export const assessPayment = async ({ cases, blocks, limits }: AssessPaymentPorts, ask: Ask): Promise<Outcome> => {
  const tenant = ask.tenantid;
  const payment = paymentOf(ask);
  const earlier = await cases.find(tenant, payment.paymentId);
  if (earlier !== undefined) return sayAgain(cases, ask, earlier);

  const [payerBlock, payeeBlock] = await Promise.all([blocks.find(tenant, payment.payerAccountId), blocks.find(tenant, payment.payeeAccountId)]);
  const facts = { amountMinor: payment.amountMinor, payerBlocked: payerBlock !== undefined, payeeBlocked: payeeBlock !== undefined };

  const event: NewEvent = { type: 'FraudAssessed', at: clock.now(tenant), cause: ask.id, correlation: ask.correlationid };
  const assessed = (reasons: readonly Reason[]): Assessment => ({
    payment, verdict: verdictOn(payment.amountMinor, reasons, limits), answered: ask.emission,
  });
  const decline = (reasons: readonly Reason[]): Promise<CaseWritten> => cases.decline(tenant, assessed(reasons), event);

  const standing = standingReasons(facts, limits);
  if (standing.length > 0) return outcomeOf(cases, ask, await decline(standing));
  const approval = await cases.approve(tenant, assessed([]), event, limits.velocity);
  if (approval.kind !== 'no_room') return outcomeOf(cases, ask, approval);
  const broken = velocityReasons(approval.counters, payment.amountMinor, limits.velocity);
  if (broken.length === 0) throw new Error('The store found no room in a window whose limits are not broken.');
  return outcomeOf(cases, ask, await decline(broken));
};

const outcomeOf = async (cases: CaseStore, ask: Ask, written: CaseWritten): Promise<Outcome> =>
  written.kind === 'written' ? 'applied' : sayAgain(cases, ask, written.earlier);

const sayAgain = async (cases: CaseStore, ask: Ask, earlier: Assessment): Promise<Outcome> => {
  if (ask.emission <= earlier.answered) return 'already';
  return (await cases.sayAgain(ask.tenantid, earlier.payment.paymentId, ask.emission)) ? 'applied' : 'already';
};

const paymentOf = ({ type, data }: Ask): PaymentUnderAssessment => {
  const { paymentId, payerAccountId, payeeAccountId, amount, createdAt } = data;
  if (!isPaymentId(paymentId) || !isAccountId(payerAccountId) || !isAccountId(payeeAccountId)) throw new InvalidEventError(`Not the data of ${type}: an id`);
  return { paymentId, payerAccountId, payeeAccountId, amountMinor: amount.value, currency: amount.currency, createdAt: Date.parse(createdAt) };
};
