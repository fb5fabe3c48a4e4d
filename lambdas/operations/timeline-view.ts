import { toRfc3339 } from '../shared/time/clock.ts';
import type { DeliveryRecord } from './payment-records.ts';
import type { Finding, RefundStanding, Step, Timeline, Waiting } from './timeline.ts';

/** The timeline as the API shows it. @param readAt epoch milliseconds */
export const timelineView = ({ records, steps, refunds, saidAgain, waiting, findings }: Timeline, readAt: number) => {
  const { id, payment, deliveries } = records;
  return {
    paymentId: id,
    status: payment.status,
    amount: { value: payment.amountMinor, currency: payment.currency },
    payerAccountId: payment.payerAccountId,
    payeeAccountId: payment.payeeAccountId,
    createdAt: toRfc3339(payment.createdAt),
    updatedAt: toRfc3339(payment.updatedAt),
    readAt: toRfc3339(readAt),
    steps: steps.map(stepView),
    waiting: waiting === undefined ? null : waitingView(waiting),
    refunds: refunds.map(refundView),
    saidAgain,
    webhooks: { delivered: counted(deliveries, 'delivered'), pending: counted(deliveries, 'pending'), failed: counted(deliveries, 'failed') },
    findings: findings.map(findingView),
  };
};

const stepView = ({ id, at, service, what, because, correlation, eventLog, detail }: Step) => ({
  id, at: toRfc3339(at), service, what, because: because ?? null,
  ...(correlation === undefined ? {} : { correlationId: correlation }),
  ...(eventLog === undefined ? {} : { eventLog }),
  detail: { ...detail, ...(detail.deadline === undefined ? {} : { deadline: toRfc3339(detail.deadline) }) },
});

const refundView = ({ record: { id, status, amountMinor, currency }, waiting }: RefundStanding) => ({
  id, status, amount: { value: amountMinor, currency }, waiting: waiting === undefined ? null : waitView(waiting),
});

const waitingView = ({ for: whom, operation, then, ...wait }: Waiting) => ({
  for: whom, ...(operation === undefined ? {} : { operation }), ...waitView(wait), ...(then === undefined ? {} : { then }),
});

const waitView = ({ since, asksAgainAt, resolveBy, answeredBy }: NonNullable<RefundStanding['waiting']>) => ({
  since: toRfc3339(since),
  ...(asksAgainAt === undefined ? {} : { asksAgainAt: toRfc3339(asksAgainAt) }),
  ...(resolveBy === undefined ? {} : { resolveBy: toRfc3339(resolveBy) }),
  ...(answeredBy === undefined ? {} : { answeredBy }),
});

const findingView = ({ code, message, step }: Finding) => ({ code, message, ...(step === undefined ? {} : { step }) });

const counted = (deliveries: readonly DeliveryRecord[], status: string): number => deliveries.filter((delivery) => delivery.status === status).length;
