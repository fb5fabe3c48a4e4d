import * as z from 'zod';
import { dataSchemaOf } from '../../../lambdas/shared/events/envelope.ts';
import { toRfc3339 } from '../../../lambdas/shared/time/clock.ts';
import { currency, minor, name, performer, tenant } from './performer.ts';
import type { EventType } from '../../../lambdas/shared/events/registry.ts';
import type { Caller } from '../contract.ts';
import type { Performer } from './performer.ts';

const waits = { afterMs: z.int() };
const draw = z.discriminatedUnion('does', [
  z.strictObject({ ...waits, does: z.literal('capture'), amount: minor, final: z.boolean() }),
  z.strictObject({ ...waits, does: z.literal('cancel') }),
  z.strictObject({ ...waits, does: z.literal('refund'), amount: minor, refund: z.string() }),
]);
export type Draw = z.infer<typeof draw>;

const LOOK_MS = 5_000;
const LOOKS = 120;

/** The answer to the first ask, however late it comes. */
const answered = async (caller: Caller, id: string): Promise<string | undefined> => {
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const said = caller.published(id);
    if (said !== undefined) return (JSON.parse(said) as { readonly type: string }).type;
    await caller.sleep(LOOK_MS);
  }
  return undefined;
};

/**
 * Somebody who can write into the ledger's queue makes up a payment that nobody made: a hold, and then draws on it as payments
 * never would, all at the same time. What the ledger promises of a hold it has to keep by itself.
 */
const makeUp = performer(
  z.strictObject({ tenant, id: z.string(), payer: name, payee: name, amount: minor, currency, draws: z.array(draw) }),
  async ({ caller, book }, { tenant: tenantid, id: payment, payer, payee, amount: held, currency: in_, draws }) => {
    const [payerAccountId, payeeAccountId] = [await book.wait(payer, caller), await book.wait(payee, caller)];
    if (payerAccountId === undefined || payeeAccountId === undefined) return;
    const time = toRfc3339(caller.now());
    const amountOf = (value: number) => ({ amount: { value, currency: in_ } });
    const ask = (subject: string, sequence: number, type: EventType, data: object): Promise<void> => caller.send('ledger', JSON.stringify({
      specversion: '1.0', id: `${subject}-${sequence}`, source: 'payment-pipeline.payments', type, subject, time, datacontenttype: 'application/json', dataschema: dataSchemaOf(type),
      tenantid, sequence, emission: sequence, correlationid: 'made-up', causationid: 'made-up', data: { paymentId: payment, payerAccountId, payeeAccountId, captureMethod: 'manual', ...data },
    }));
    const ofPayment = { status: 'authorized', createdAt: time, ...amountOf(held) };
    await ask(payment, 2, 'PaymentApproved', ofPayment);
    if (await answered(caller, `${payment}.hold-1`) !== 'FundsHeld') return;
    await Promise.all(draws.map(async ({ afterMs, ...one }, index) => {
      await caller.sleep(afterMs);
      if (one.does === 'refund') await ask(one.refund, 1, 'RefundRequested', { refundId: one.refund, ...amountOf(one.amount) });
      else if (one.does === 'cancel') await ask(payment, 3 + index, 'PaymentCancelRequested', ofPayment);
      else await ask(payment, 3 + index, 'PaymentCaptureRequested', { ...ofPayment, operation: { n: 1 + index, final: one.final, ...amountOf(one.amount) } });
    }));
  },
);

export const madeUpSteps = { makeUp } as const satisfies Record<string, Performer>;
