import type { Envelope } from '../shared/events/envelope.ts';

/** Port of the bus. */
export interface EventPublisher {
  /**
   * One PutEvents call of at most 10 entries and 1 MB.
   * @returns per entry, in order: published, or why not. `never`: the bus will not take it, however often it is tried.
   */
  publish(events: readonly Envelope[]): Promise<readonly PublishResult[]>;
  /** Bytes an entry counts for at the bus. */
  sizeOf(event: Envelope): number;
}

export type PublishResult = 'published' | 'retry' | 'never';

/** A stream record's events, to be published in order. */
export interface Pending {
  readonly sequenceNumber: string;
  readonly events: readonly Envelope[];
}
