import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { accountIdFor, newAccount } from '../../../lambdas/ledger/account.ts';
import { accountChanges } from '../../../lambdas/ledger/account-changes.ts';
import { answerPayments } from '../../../lambdas/ledger/answer-payments.ts';
import { createDeposit } from '../../../lambdas/ledger/create-deposit.ts';
import { dynamoDbAccountStore } from '../../../lambdas/ledger/dynamodb-account-store.ts';
import { dynamoDbFeeSchedules } from '../../../lambdas/ledger/dynamodb-fee-schedules.ts';
import { dynamoDbTransferStore } from '../../../lambdas/ledger/dynamodb-transfer-store.ts';
import { ledgerEvents } from '../../../lambdas/ledger/ledger-events.ts';
import { accountItem, accountKey, accountOf, feeScheduleKey, transferOf } from '../../../lambdas/ledger/ledger-items.ts';
import { eventsOfChange } from '../../../lambdas/outbox/events-of-change.ts';
import { decodeEvents } from '../../../lambdas/shared/events/event-entry.ts';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { deriveId, isPaymentId, isTenantId } from '../../../lambdas/shared/ids/ids.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { useTimers } from '../../../lambdas/shared/time/timers.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { Account, AccountStatus } from '../../../lambdas/ledger/account.ts';
import type { FeeSchedule } from '../../../lambdas/ledger/fee-schedule.ts';
import type { Transfer } from '../../../lambdas/ledger/transfer.ts';
import type { Envelope } from '../../../lambdas/shared/events/envelope.ts';
import type { Outcome } from '../../../lambdas/shared/queue/outcome.ts';
import type { AccountId, PaymentId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

export const START = Date.UTC(2026, 0, 5, 10);

export const tenantNamed = (name: string): TenantId => {
  if (!isTenantId(name)) throw new Error(`${name} is not a tenant id`);
  return name;
};
export const TENANT = tenantNamed('tenant01');

export const paymentNamed = (name: string, tenant = TENANT): PaymentId => {
  const id = deriveId('payment', tenant, 'create-payment', name);
  if (!isPaymentId(id)) throw new Error('not a payment id');
  return id;
};

export interface AskOptions {
  readonly payment?: string;
  readonly payer: AccountId;
  readonly payee: AccountId;
  readonly amount?: number;
  readonly currency?: string;
  readonly emission?: number;
  readonly tenant?: TenantId;
  readonly captureMethod?: 'automatic' | 'manual';
}

const envelope = ({ payment = 'payment-1', payer, payee, amount = 10, currency = 'EUR', emission = 2, tenant = TENANT, captureMethod = 'automatic' }: AskOptions, sequence: number) => {
  const paymentId = paymentNamed(payment, tenant);
  return {
    specversion: '1.0' as const, id: `${paymentId}-${sequence}`, source: 'payment-pipeline.payments', subject: paymentId, time: '2026-01-05T10:00:00.000Z',
    datacontenttype: 'application/json' as const, dataschema: 'urn:test', tenantid: tenant, sequence, emission, correlationid: 'request-1', causationid: 'cause-1',
    data: {
      paymentId, status: 'processing', amount: { value: amount, currency }, payerAccountId: payer, payeeAccountId: payee,
      captureMethod, createdAt: '2026-01-05T10:00:00.000Z',
    },
  };
};

export const approved = (options: AskOptions): Envelope<'PaymentApproved'> => ({ ...envelope(options, 2), type: 'PaymentApproved' });
export const voidRequested = (options: AskOptions): Envelope<'PaymentVoidRequested'> => ({ ...envelope({ emission: 3, ...options }, 3), type: 'PaymentVoidRequested' });

/** Asks of a payment with manual capture: of the operation `n`, with an amount of its own when it is a capture. */
export const captureRequested = ({ n = 1, final = false, amount = 10, ...options }: AskOptions & { readonly n?: number; readonly final?: boolean }): Envelope<'PaymentCaptureRequested'> => {
  const ask = envelope({ emission: 3 + n, ...options, amount, captureMethod: 'manual' }, 3 + n);
  return { ...ask, type: 'PaymentCaptureRequested', data: { ...ask.data, operation: { n, amount: ask.data.amount, final } } };
};
export const cancelRequested = (options: AskOptions): Envelope<'PaymentCancelRequested'> => ({ ...envelope({ emission: 20, ...options, captureMethod: 'manual' }, 20), type: 'PaymentCancelRequested' });
export const expiryRequested = (options: AskOptions): Envelope<'PaymentExpiryRequested'> => ({ ...envelope({ emission: 20, ...options, captureMethod: 'manual' }, 20), type: 'PaymentExpiryRequested' });

/** `emission` counts the refund's own writes. */
export const refundRequested = ({ refund, emission = 1, ...options }: AskOptions & { readonly refund: string }): Envelope<'RefundRequested'> => {
  const { data, tenantid, ...ask } = envelope({ ...options, emission }, 1);
  const refundId = deriveId('refund', tenantid, 'create-refund', refund);
  const { paymentId, amount, payerAccountId, payeeAccountId, captureMethod } = data;
  return { ...ask, tenantid, id: `${refundId}-1`, subject: refundId, type: 'RefundRequested', data: { refundId, paymentId, amount, payerAccountId, payeeAccountId, captureMethod } };
};

type Item = Readonly<Record<string, unknown>>;
type Opening = Partial<Pick<Account, 'type' | 'currency' | 'overdraftLimitMinor' | 'createdAt'>> & { readonly tenant?: TenantId; readonly funds?: number };

/** The ledger on an AWS in memory, with time standing still until a test moves it. */
export const ledgerWorld = () => {
  let now = START;
  let deposits = 0;
  const aws = new InMemoryAws({ now: () => now });
  createTables(aws, 'ledger');
  const table = tableNameOf('ledger');
  useTransport(aws.requestHandler);
  useClock({ now: () => now });
  useTimers({
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  });
  const [accounts, transfers] = [dynamoDbAccountStore(table), dynamoDbTransferStore(table)];
  const books = { accounts, transfers, fees: dynamoDbFeeSchedules(table) };

  /** The table's items as its stream leaves them. */
  const items = (): Item[] => {
    const latest = new Map<string, Item>();
    for (const { dynamodb } of aws.stream(table)) {
      if (dynamodb?.NewImage === undefined) continue;
      const item = unmarshall(dynamodb.NewImage as Parameters<typeof unmarshall>[0]);
      latest.set(`${String(item['pk'])} ${String(item['sk'])}`, item);
    }
    return [...latest.values()];
  };
  const allAccounts = (): Account[] => items().filter(({ sk }) => sk === 'ACCOUNT').map(accountOf);
  const allTransfers = (): Transfer[] => items().filter(({ sk }) => sk === 'TRANSFER').map(transferOf);

  const limitsChanged = (): Set<string> =>
    new Set(items().filter(({ sk, pk, events }) => sk === 'LIFECYCLE' && decodeEvents(String(pk), events).some(({ type }) => type === 'AccountLimitChanged')).map(({ pk }) => String(pk).split('#')[2] ?? ''));

  const deposit = async (account: AccountId, value: number, currency = 'EUR', tenant = TENANT) => {
    deposits += 1;
    return createDeposit({ accounts, transfers }, account, {
      tenant, key: `deposit-${deposits}`, fingerprint: Buffer.alloc(16), origin: { cause: `request-deposit-${deposits}`, correlation: `request-deposit-${deposits}` }, actor: 'client-1', body: { amount: { value, currency } },
    });
  };

  return {
    aws, table, accounts, transfers, books, items, allAccounts, allTransfers, limitsChanged, deposit,
    advance: (milliseconds: number): void => {
      now += milliseconds;
    },
    now: () => now,

    open: async (name: string, { tenant = TENANT, funds = 0, type = 'customer', currency = 'EUR', overdraftLimitMinor = 0, createdAt = now }: Opening = {}): Promise<AccountId> => {
      const account = newAccount({ id: accountIdFor(tenant, 'open-account', name), type, currency, overdraftLimitMinor, createdAt });
      await accounts.open(tenant, account, Buffer.alloc(16), { cause: 'request-0', correlation: 'request-0' });
      if (funds > 0) await deposit(account.id, funds, currency, tenant);
      return account.id;
    },

    /** What the consumer makes of events, a whole batch together. */
    answers: (events: readonly Envelope[], groupSize = 49): Promise<(Outcome | Error)[]> => answerPayments(books, events, groupSize),

    /** Of one event by itself. @throws what the consumer would hand the message back for */
    answer: async (event: Envelope): Promise<Outcome> => {
      const [answer] = await answerPayments(books, [event], 49);
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer');
      return answer;
    },

    /** Puts an account as it is given, past all rules. */
    put: async (account: Account, tenant = TENANT): Promise<void> => {
      await dynamoDb().send(new PutItemCommand({ TableName: table, Item: marshall(accountItem(tenant, account)) }));
    },

    /** Takes an item out of the books, past all rules. */
    remove: async (itemKey: Readonly<Record<string, string>>): Promise<void> => {
      await dynamoDb().send(new DeleteItemCommand({ TableName: table, Key: marshall(itemKey) }));
    },

    setFee: async (schedule: FeeSchedule, currency = 'EUR', tenant = TENANT): Promise<void> => {
      await dynamoDb().send(new PutItemCommand({ TableName: table, Item: marshall({ ...feeScheduleKey(tenant, currency), ...schedule }) }));
    },

    /** Another limit, as the ledger's own write makes it. */
    setLimit: async (id: AccountId, limitMinor: number, tenant = TENANT): Promise<void> => {
      const account = await accounts.find(tenant, id);
      if (account === undefined) throw new Error('no account');
      await dynamoDb().send(
        new UpdateItemCommand({
          TableName: table, Key: marshall(accountKey(tenant, id)), UpdateExpression: 'SET overdraftLimitMinor = :new, available = available + :more',
          ExpressionAttributeValues: marshall({ ':new': limitMinor, ':more': limitMinor - account.overdraftLimitMinor }),
        }),
      );
    },

    setStatus: async (id: AccountId, status: AccountStatus, tenant = TENANT): Promise<void> => {
      await dynamoDb().send(
        new UpdateItemCommand({
          TableName: table, Key: marshall(accountKey(tenant, id)), UpdateExpression: 'SET #s = :s',
          ExpressionAttributeNames: { '#s': 'status' }, ExpressionAttributeValues: marshall({ ':s': status }),
        }),
      );
    },

    available: async (id: AccountId, tenant = TENANT): Promise<number | undefined> => (await accounts.find(tenant, id))?.available,

    /** What the relay would publish, in order. */
    said: (): Envelope[] =>
      aws.stream(table).flatMap(({ dynamodb }) => {
        const image = (value: unknown) => (value === undefined ? undefined : unmarshall(value as Parameters<typeof unmarshall>[0]));
        return eventsOfChange(ledgerEvents, image(dynamodb?.OldImage), image(dynamodb?.NewImage));
      }),
  };
};

export type LedgerWorld = ReturnType<typeof ledgerWorld>;

export const leaveWorld = (): void => {
  useTransport(undefined);
  useClock(undefined);
  useTimers(undefined);
};

const counters = ['debitsPosted', 'creditsPosted', 'debitsPending', 'creditsPending', 'available'] as const;

/** What is wrong with the books: empty when debits equal credits and every account is what its transfers make it. */
export const breaksOf = ({ allAccounts, allTransfers, limitsChanged }: Pick<LedgerWorld, 'allAccounts' | 'allTransfers' | 'limitsChanged'>): string[] => {
  const accounts = allAccounts();
  const lowered = limitsChanged();
  const wrong: string[] = [];
  for (const currency of new Set(accounts.map((account) => account.currency))) {
    const inCurrency = accounts.filter((account) => account.currency === currency);
    const total = (name: (typeof counters)[number]) => inCurrency.reduce((all, account) => all + account[name], 0);
    if (total('debitsPosted') !== total('creditsPosted')) wrong.push(`${currency}: posted debits are not posted credits`);
    if (total('debitsPending') !== total('creditsPending')) wrong.push(`${currency}: pending debits are not pending credits`);
  }
  const made = new Map(accountChanges(allTransfers()).map((change) => [change.accountId, change.shifts]));
  for (const account of accounts) {
    const shift = (name: (typeof counters)[number]) => made.get(account.id)?.get(name) ?? 0;
    if (counters.some((name) => name !== 'available' && account[name] !== shift(name))) wrong.push(`${account.id}: balances are not the sum of its transfers`);
    if (account.available !== account.creditsPosted - account.debitsPosted - account.debitsPending + account.overdraftLimitMinor) wrong.push(`${account.id}: available is wrong`);
    if (counters.some((name) => name !== 'available' && account[name] < 0)) wrong.push(`${account.id}: a counter is below zero`);
    // A limit that was lowered leaves less than nothing available, which is no break.
    if (account.limitPolicy === 'limited' && account.available < 0 && !lowered.has(account.id)) wrong.push(`${account.id}: below its limit`);
  }
  return wrong;
};
