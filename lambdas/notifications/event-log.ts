import type { Page } from '../shared/http/list-page.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { PublicEvent } from './public-event.ts';

/** Port of the log of public events, 30 days. An event in it has had all its webhook deliveries requested. */
export interface EventLog {
  /** @returns the event's JSON, as it is sent; undefined when the log does not have it */
  find(tenant: TenantId, event: Pick<PublicEvent, 'id' | 'time'>): Promise<string | undefined>;
  /** @returns false when the log had the event already; it then stays as it is */
  append(tenant: TenantId, event: PublicEvent): Promise<boolean>;
  /** Newest first; `now` in epoch milliseconds decides what is too old to be shown. */
  list(tenant: TenantId, page: { readonly limit: number; readonly before?: string; readonly now: number }): Promise<Page<LoggedEvent>>;
}

/** The envelope as it was logged. */
export type LoggedEvent = Readonly<Record<string, unknown>>;
