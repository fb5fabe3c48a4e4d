import { createHash } from 'node:crypto';
import type { TenantId } from '../shared/ids/ids.ts';

/** Everything that can be wrong with the books, and what to do about it. Nothing here is ever mended by itself. */
export const breakKinds = {
  balance_differs: 'Stop what the account still does (freeze it), compare its statement with its counters, and post a correction once the cause is known.',
  currency_unbalanced: 'Look at the other breaks of this tenant first: one of them explains it. If there is none, an account or one side of a transfer is missing.',
  transfer_missing: 'Do not pay out on this payment. Restore the transfer from a backup of the ledger table beside the table and compare; then correct.',
  transfer_differs: 'Compare both items and their events: the one that its own event log entry agrees with is right.',
  transfer_unexpected: 'Money moved for a payment that ended without it: find which event was applied twice or late, then give it back by a correction.',
  transfer_unlisted: 'The transfer moved money but is missing in a statement: compare the item with a backup; its index keys were lost.',
  hold_left_over: 'The money is held for nobody: find the command that should have closed the hold in the timeline, and redrive or republish it.',
  hold_differs: 'Compare the hold with its captures and its release in the ledger table: one of them was changed behind the ledger.',
  refundable_differs: 'Let nobody refund this payment until its refunds are compared with the transfers that carry them.',
  account_missing: 'Stop payments of this account: nobody can say what it has. Restore the ledger table beside the table, read the account there, and put it back.',
  payment_missing: 'Restore the payments table beside the table and look for the payment: the ledger has moved money for it.',
  refund_missing: 'Restore the payments table beside the table and look for the refund: the ledger has moved money for it.',
  deadline_passed: 'Read the timeline: it says who was asked and has not answered. Redrive dead letters of that queue; check its due work.',
  event_not_logged: 'Have it said again: npm run republish -- --since TIME --for-real.',
  item_unreadable: 'Look at the item by its key: a member is missing or of another type than the service writes.',
} as const;

export type BreakKind = keyof typeof breakKinds;
export const isBreakKind = (value: string): value is BreakKind => Object.hasOwn(breakKinds, value);

/** One thing that does not add up: what it is about, by ids, and what stands against what. */
export interface Break {
  readonly kind: BreakKind;
  readonly tenant: TenantId;
  readonly accountId?: string;
  readonly paymentId?: string;
  readonly refundId?: string;
  readonly transferId?: string;
  readonly eventId?: string;
  readonly currency?: string;
  /** Item that cannot be read, `<pk> <sk>` without the tenant. */
  readonly item?: string;
  /** One sentence with the figures, in minor units. */
  readonly reason: string;
}

/** The same break has the same id however often one run finds it. */
export const breakIdOf = ({ kind, tenant, accountId, paymentId, refundId, transferId, eventId, currency, item }: Break): string =>
  createHash('sha256').update(JSON.stringify([kind, tenant, accountId, paymentId, refundId, transferId, eventId, currency, item])).digest('hex').slice(0, 32);
