/** Receives after which SQS moves a message to its queue's dead-letter queue. */
export const MAX_RECEIVE_COUNT = 20;

/** Kept in a dead-letter queue for this long from when it was first sent: the most that SQS allows. */
export const DEAD_LETTER_RETENTION_DAYS = 14;

/** Kept in the parking bucket for this long. */
export const PARKED_RETENTION_DAYS = 365;
