import { fromItem as caseOf } from '../../../lambdas/fraud/case-item.ts';
import { accountOf, recordedTransferOf } from '../../../lambdas/ledger/ledger-items.ts';
import { fromItem as deliveryOf } from '../../../lambdas/notifications/delivery-item.ts';
import { liveItem } from '../../../lambdas/notifications/webhook-endpoint-item.ts';
import { ENDPOINT_ITEMS } from '../../../lambdas/notifications/notifications-keys.ts';
import { fromItem as paymentOf } from '../../../lambdas/payments/payment-item.ts';
import { refundOf } from '../../../lambdas/payments/refund-item.ts';
import type { FraudCase } from '../../../lambdas/fraud/fraud-case.ts';
import type { Account } from '../../../lambdas/ledger/account.ts';
import type { RecordedTransfer } from '../../../lambdas/ledger/transfer-store.ts';
import type { Transfer } from '../../../lambdas/ledger/transfer.ts';
import type { Delivery } from '../../../lambdas/notifications/delivery.ts';
import type { Payment } from '../../../lambdas/payments/payment.ts';
import type { Refund } from '../../../lambdas/payments/refund.ts';
import type { Observation, StoredItem } from '../contract.ts';
import type * as z from 'zod';

export type OwnedAccount = Account & { readonly tenant: string };
export type OwnedTransfer = Transfer & Omit<RecordedTransfer, 'transfer'> & { readonly tenant: string };
export type Endpoint = z.infer<typeof liveItem> & { readonly tenant: string };

export interface LoggedEvent {
  readonly tenant: string;
  readonly id: string;
  readonly json: string;
}

/** What a run stored, read with the product's own parsers. They read; what must be true of it is worked out without the product. */
export interface Records {
  readonly payments: readonly Payment[];
  readonly refunds: readonly Refund[];
  readonly accounts: readonly OwnedAccount[];
  readonly transfers: readonly OwnedTransfer[];
  readonly cases: readonly (FraudCase & { readonly tenant: string })[];
  readonly deliveries: readonly (Delivery & { readonly tenant: string })[];
  readonly endpoints: readonly Endpoint[];
  readonly log: readonly LoggedEvent[];
}

export const tenantOf = ({ pk }: StoredItem): string => String(pk).split('#')[0] ?? '';
const kindOf = ({ pk }: StoredItem): string => String(pk).split('#')[1] ?? '';
const skIs = (kind: string) => ({ sk }: StoredItem): boolean => sk === kind;

const read = ({ tables: { payments, ledger, fraud, notifications } }: Observation): Records => ({
  payments: payments.filter(skIs('PAYMENT')).map((item) => paymentOf(item)),
  refunds: payments.filter(skIs('REFUND')).map(refundOf),
  accounts: ledger.filter(skIs('ACCOUNT')).map((item) => ({ tenant: tenantOf(item), ...accountOf(item) })),
  transfers: ledger.filter(skIs('TRANSFER')).map((item) => {
    const { transfer, ...rest } = recordedTransferOf(item);
    return { tenant: tenantOf(item), ...transfer, ...rest };
  }),
  cases: fraud.filter(skIs('CASE')).map((item) => ({ tenant: tenantOf(item), ...caseOf(item) })),
  deliveries: notifications.filter((item) => kindOf(item) === 'D').map((item) => ({ tenant: tenantOf(item), ...deliveryOf(item) })),
  endpoints: notifications.filter(({ sk }) => String(sk).startsWith(ENDPOINT_ITEMS)).map((item) => ({ tenant: tenantOf(item), ...liveItem.parse(item) })),
  log: notifications.filter((item) => kindOf(item) === 'E').map((item) => ({ tenant: tenantOf(item), id: String(item['sk']).split('#')[1] ?? '', json: String(item['event']) })),
});

const known = new WeakMap<Observation, Records>();

/** @throws Error when an item cannot be read: then nothing is known of it */
export const recordsOf = (observation: Observation): Records => {
  const records = known.get(observation) ?? read(observation);
  known.set(observation, records);
  return records;
};

/** Sums amounts by a key. */
export const sumBy = <T>(list: readonly T[], keyOf: (one: T) => string, amountOf: (one: T) => number): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const one of list) sums.set(keyOf(one), (sums.get(keyOf(one)) ?? 0) + amountOf(one));
  return sums;
};
