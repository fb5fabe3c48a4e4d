import type { EventReference } from './retelling-requests.ts';

/** Port of the event log, as the service that owns it answers for it. */
export interface EventLogGaps {
  /** Ids of those events that the log has not, and has not forgotten: what is older than it reaches back is no gap. */
  unlogged(events: readonly EventReference[]): Promise<readonly string[]>;
}
