import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { firstDueAt } from './payment-due.ts';
import { countTransition } from './payment-metrics.ts';
import { isTerminal, transitioned } from './payment.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Origin } from '../shared/events/event-entry.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { Payment, Transition } from './payment.ts';
import type { PaymentCommand, PaymentStore } from './payment-store.ts';

/** Why a command is not carried out; nothing is written for it. */
export type Refusal =
  /** Not in this status, or not while this operation is open. `retryable`: what is in the way ends by itself. */
  | { readonly kind: 'wrong-state'; readonly retryable: boolean }
  /** More than there is; minor units. */
  | { readonly kind: 'exceeds'; readonly leftMinor: number }
  /** Past `captureBefore`. */
  | { readonly kind: 'too-late' }
  | { readonly kind: 'other-currency' | 'too-many' };

export interface CommandPayment extends PaymentCommand {
  readonly tenant: TenantId;
  readonly paymentId: PaymentId;
  readonly origin: Origin;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly decide: (payment: Payment, now: number) => Transition | Refusal;
}

export type Commanded =
  | { readonly kind: 'done'; readonly payment: Payment; readonly replayed: boolean }
  | { readonly kind: 'refused'; readonly payment: Payment; readonly refusal: Refusal }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'key-reused'; readonly earlier: Uint8Array };

const isRefusal = (decided: Transition | Refusal): decided is Refusal => 'kind' in decided;

/**
 * A caller's command on a payment, carried out once per key, for ever.
 * 1. Judge the payment as it is. Refused: it may be this very command that made it so, answered before and asked again.
 * 2. Write the change together with the command, which fails if the key is used or somebody wrote since.
 * 3. Somebody did: judge again. A status is left once and an operation takes an answer, so this ends.
 */
export const commandPayment = async (store: PaymentStore, deadlines: PaymentDeadlines, command: CommandPayment): Promise<Commanded> => {
  const { tenant, paymentId, now, origin, decide } = command;
  for (;;) {
    const payment = await store.get(tenant, paymentId);
    if (payment === undefined) return { kind: 'not-found' };
    const decided = decide(payment, now);
    if (isRefusal(decided)) {
      const earlier = await store.findCommand(tenant, command);
      return earlier === undefined ? { kind: 'refused', payment, refusal: decided } : repeated(command, payment, earlier);
    }
    const after = transitioned(payment, decided, { at: now, ...origin });
    const written = await store.replaceByCommand(tenant, payment, after, command, isTerminal(after.status) ? undefined : firstDueAt(after, deadlines));
    if (written.kind === 'written') {
      countTransition(payment, after);
      return { kind: 'done', payment: after, replayed: false };
    }
    if (written.kind === 'key_used') return repeated(command, (await store.get(tenant, paymentId)) ?? payment, written.fingerprint);
  }
};

const repeated = ({ fingerprint }: CommandPayment, payment: Payment, earlier: Uint8Array): Commanded =>
  sameFingerprint(earlier, fingerprint) ? { kind: 'done', payment, replayed: true } : { kind: 'key-reused', earlier };
