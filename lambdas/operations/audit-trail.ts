import type { Page, PageRequest } from '../shared/http/list-page.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** One act of an operator that changed something. */
export interface AuditEntry {
  /** Id of the request: an act that is repeated under the same request is one entry. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Client that did it. */
  readonly actor: string;
  readonly action: string;
  /** What it was done to. */
  readonly subject: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** Append-only: there is no way to change or remove an entry. */
export interface AuditTrail {
  append(tenant: TenantId, entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(tenant: TenantId, page: PageRequest): Promise<Page<AuditEntry>>;
}
