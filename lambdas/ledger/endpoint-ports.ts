import { notFound } from '../shared/http/problem.ts';
import type { AccountStore } from './account-store.ts';
import type { FeeScheduleStore } from './fee-schedule.ts';
import type { OpeningStore } from './opening-store.ts';
import type { TransferStore } from './transfer-store.ts';
import type { ApiRequest } from '../shared/http/api-request.ts';
import type { CursorSigner } from '../shared/http/list-page.ts';

/** What the ledger's endpoints work with. */
export interface LedgerPorts {
  readonly accounts: AccountStore;
  readonly transfers: TransferStore;
  readonly openings: OpeningStore;
  readonly fees: FeeScheduleStore;
  readonly signer: CursorSigner;
}

export const idIn = (path: ApiRequest['path']): string => path['id'] ?? '';

/** @throws ProblemError not_found */
export const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw notFound();
  return value;
};
