import { deriveId, isTenantId } from '../../../lambdas/shared/ids/ids.ts';
import { asksOf, codeOf, isDone } from './asks.ts';
import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { IdKind } from '../../../lambdas/shared/ids/ids.ts';
import type { Observation } from '../contract.ts';
import type { Ask } from './asks.ts';
import type { Break } from './violation.ts';

/** Operations that create, and what. */
const creates: Readonly<Record<string, IdKind>> = {
  'create-payment': 'payment', 'create-refund': 'refund', 'open-account': 'account', 'create-deposit': 'deposit', 'create-withdrawal': 'withdrawal', 'reverse-transfer': 'correction',
};

interface Kept {
  readonly amountMinor?: number;
  readonly status: string;
}

/** By tenant and id: all that a caller can create. */
const keptIn = (observation: Observation): ReadonlyMap<string, Kept> => {
  const { payments, refunds, accounts, transfers } = recordsOf(observation);
  return new Map<string, Kept>([
    ...payments.map((one) => [`${one.tenant} ${one.id}`, one] as const),
    ...refunds.map((one) => [`${one.tenant} ${one.id}`, one] as const),
    ...accounts.filter(({ limitPolicy }) => limitPolicy === 'limited').map(({ tenant, id, status }) => [`${tenant} ${id}`, { status }] as const),
    ...transfers.filter(({ kind }) => ['deposit', 'withdrawal', 'correction'].includes(kind)).map(({ tenant, id, amount, status }) => [`${tenant} ${id}`, { amountMinor: amount.value, status }] as const),
  ]);
};

const amountIn = ({ body }: ParsedAnswer): unknown => (body['amount'] as { readonly value?: unknown } | undefined)?.value;

const checkAsk = ({ tenant, operation, key, calls }: Ask, kept: ReadonlyMap<string, Kept>, breaks: Break): void => {
  const kind = creates[operation];
  if (kind === undefined || !isTenantId(tenant)) return;
  const id = deriveId(kind, tenant, operation, key);
  const found = kept.get(`${tenant} ${id}`);
  for (const { answer } of calls) {
    if (answer === undefined) continue;
    const rejected = codeOf(answer) === 'transfer_rejected';
    if (!isDone(answer) && !rejected) continue;
    if (found === undefined) breaks(`${operation} was answered ${answer.status}, and there is nothing.`, id);
    else if (rejected !== (found.status === 'rejected')) breaks(`${operation} was answered ${answer.status}, and it is ${found.status}.`, id);
    else if (isDone(answer) && found.amountMinor !== undefined && amountIn(answer) !== found.amountMinor) breaks(`${operation} was answered with an amount of ${String(amountIn(answer))}, and it is ${found.amountMinor}.`, id);
  }
};

/** Captures, and what else is done to something that exists: as often as somebody asked. */
const checkCommands = (observation: Observation, breaks: Break): void => {
  const { payments } = recordsOf(observation);
  const served = (operation: string, id: string): Ask[] => asksOf(observation).filter((ask) => ask.operation === operation && ask.calls.some(({ call }) => call.path?.['id'] === id));
  for (const { id, tenant, events, amountMinor } of payments) {
    const asked = events.filter(({ type }) => type === 'PaymentCaptureRequested').length;
    const keys = served('capture-payment', id).filter((ask) => ask.tenant === tenant);
    const accepted = keys.filter(({ calls }) => calls.some(({ answer }) => answer !== undefined && isDone(answer))).length;
    if (asked < accepted) breaks(`${accepted} captures were accepted, ${asked} were asked of the ledger.`, id);
    if (asked > keys.length) breaks(`${asked} captures were asked of the ledger, callers asked for ${keys.length}.`, id);
    if (amountMinor <= 0) breaks(`A payment of ${amountMinor}.`, id);
  }
};

export const nothingAcceptedIsLost = invariant(
  'nothing-accepted-is-lost', 'What was answered as done is there with its amount, and what is there somebody asked for.',
  (observation, breaks) => {
    const kept = keptIn(observation);
    const asked = new Set<string>();
    for (const ask of asksOf(observation)) {
      checkAsk(ask, kept, breaks);
      const kind = creates[ask.operation];
      if (kind !== undefined && isTenantId(ask.tenant)) asked.add(`${ask.tenant} ${deriveId(kind, ask.tenant, ask.operation, ask.key)}`);
    }
    for (const key of kept.keys()) if (!asked.has(key)) breaks('Nobody asked for it.', key);
    checkCommands(observation, breaks);
  },
);
