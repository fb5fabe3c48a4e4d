/**
 * What an event turned out to be for its consumer.
 * applied: it changed something. already: it had been applied before. late: the aggregate has moved on, harmless.
 * early: its predecessor has not been applied yet, so it goes back to the queue; it is never ignored.
 */
export type Outcome = 'applied' | 'already' | 'late' | 'early';
