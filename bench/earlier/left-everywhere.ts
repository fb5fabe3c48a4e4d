import { createHash } from 'node:crypto';
import { toItem } from '../../lambdas/fraud/case-item.ts';
import { assessed, newCase } from '../../lambdas/fraud/fraud-case.ts';
import { verdictOn } from '../../lambdas/fraud/rules.ts';
import { windowsOf } from '../../lambdas/fraud/velocity.ts';
import { logItemOf } from '../../lambdas/notifications/event-log-item.ts';
import { publicEventOf } from '../../lambdas/notifications/public-event.ts';
import { eventsOfChange } from '../../lambdas/outbox/events-of-change.ts';
import { paymentEvents } from '../../lambdas/payments/payment-events.ts';
import { paymentView } from '../../lambdas/payments/payment-view.ts';
import { REMEMBER_SECONDS } from '../../lambdas/shared/idempotency/run-once.ts';
import { key } from '../../lambdas/shared/ids/ids.ts';
import { stageNamed } from '../../lib/stages.ts';
import { idempotencyTableOf, tableNameOf } from '../../test/support/tables.ts';
import { settledPayment } from './settled-payment.ts';
import type { Payment } from '../../lambdas/payments/payment.ts';
import type { Item, Parties } from './settled-payment.ts';

/**
 * All that an automatic payment of earlier times has left, by table: the payment, its assessment with the windows it counts in,
 * its transfer, its public events and the remembered answer to its request.
 * @param name unique per tenant
 * @param at when, epoch milliseconds
 */
export const leftEverywhere = (parties: Parties, name: string, amountMinor: number, at: number): Readonly<Record<string, readonly Item[]>> => {
  const { state, payment, transferred } = settledPayment(parties, name, amountMinor, at);
  // As its stream shows it, which has no undefined members.
  const image = Object.fromEntries(Object.entries(payment).filter(([, value]) => value !== undefined));
  const said = eventsOfChange(paymentEvents, undefined, image).filter(({ publicsequence }) => publicsequence !== undefined);
  return {
    [tableNameOf('payments')]: [payment],
    [tableNameOf('ledger')]: [transferred],
    [tableNameOf('fraud')]: [caseOf(state), ...countersOf(state)],
    [tableNameOf('notifications')]: said.map((event) => logItemOf(parties.tenant, publicEventOf(event))),
    [idempotencyTableOf('payments')]: [rememberedOf(state)],
  };
};

const { fraudLimits, paymentDeadlines } = stageNamed('dev');

const caseOf = ({ tenant, id, payerAccountId, payeeAccountId, amountMinor, currency, createdAt, events: [initiated] }: Payment): Item => {
  const origin = { cause: `${id}-1`, correlation: initiated?.correlation ?? id };
  const verdict = verdictOn(amountMinor, [], fraudLimits[currency]);
  return toItem(tenant, assessed(newCase({ paymentId: id, payerAccountId, payeeAccountId, amountMinor, currency, createdAt }), verdict, 1, { at: createdAt, ...origin }));
};

const COUNTER_KEPT_SECONDS = 40 * 86_400;

/** Their numbers are those of this payment alone: of several in one window, one is counted. */
const countersOf = ({ tenant, payerAccountId, amountMinor, currency, createdAt }: Payment): Item[] => {
  const { minute, hour, day } = windowsOf(createdAt);
  const counted = (window: string): Item => ({ [`${window}Attempts`]: 1, [`${window}Approved`]: amountMinor });
  const counter = { pk: key(tenant, 'V', payerAccountId), expiresAt: Math.floor(createdAt / 1_000) + COUNTER_KEPT_SECONDS };
  return [
    { ...counter, sk: key('DAY', day, currency), ...counted('day'), ...counted(`h${hour.slice(-2)}`) },
    { ...counter, sk: key('MINUTE', minute, currency), ...counted('minute') },
  ];
};

/** As Powertools keeps it. */
const rememberedOf = (payment: Payment): Item => {
  const hash = createHash('sha256').update(payment.id).digest('base64');
  const body = paymentView(payment, paymentDeadlines);
  return {
    pk: `api.v1#${hash}`, status: 'COMPLETED', expiresAt: Math.floor(payment.createdAt / 1_000) + REMEMBER_SECONDS, in_progress_expiration: payment.createdAt, validation: hash,
    data: { json: JSON.stringify({ status: 202, headers: { Location: `/v1/payments/${payment.id}` }, body, replayed: false }) },
  };
};
