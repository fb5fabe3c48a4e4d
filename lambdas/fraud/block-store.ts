import type { Page } from '../shared/http/list-page.ts';
import type { AccountId, TenantId } from '../shared/ids/ids.ts';

/** An account that may neither pay nor be paid. */
export interface Block {
  readonly accountId: AccountId;
  readonly reason: string;
  /** Client that put it, or changed it last. */
  readonly actor: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface BlockStore {
  /** Strongly consistent. */
  find(tenant: TenantId, account: AccountId): Promise<Block | undefined>;
  /** Makes the block, or gives it another reason and actor; `createdAt` stays. */
  put(tenant: TenantId, account: AccountId, change: { readonly reason: string; readonly actor: string; readonly at: number }): Promise<Block>;
  /** @returns false when there was none */
  remove(tenant: TenantId, account: AccountId): Promise<boolean>;
  /** Newest first. */
  list(tenant: TenantId, limit: number, before: string | undefined): Promise<Page<Block>>;
}
