/** Key and index names that templates and stores must agree on. Every table has `pk` and `sk` unless said here. */
export const PARTITION_KEY = 'pk';
export const SORT_KEY = 'sk';
/** TTL attribute (epoch seconds) where a table expires items. */
export const EXPIRES_AT = 'expiresAt';

export interface IndexDefinition {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
}

export interface TableDefinition {
  readonly indexes: readonly IndexDefinition[];
  /** Streams NEW_AND_OLD_IMAGES: its items carry events. */
  readonly carriesEvents: boolean;
  readonly expires: boolean;
}

const byTenant = { name: 'byTenant', partitionKey: 'lp', sortKey: 'ls' } as const;
/** What waits, by the time it is next to be looked at: lambdas/shared/due-work. Sparse. */
const byDue = { name: 'byDue', partitionKey: 'du', sortKey: 'da' } as const;

/** All indexes are KEYS_ONLY: an index write then costs one unit, and a list reads its items by key. */
export const tables = {
  payments: { indexes: [byTenant, byDue], carriesEvents: true, expires: false },
  ledger: {
    indexes: [
      byTenant,
      { name: 'byDebit', partitionKey: 'dp', sortKey: 'ds' },
      { name: 'byCredit', partitionKey: 'cp', sortKey: 'cs' },
    ],
    carriesEvents: true,
    expires: false,
  },
  // Velocity counters expire; cases and blocks have no expiry attribute.
  // Reviews are listed in an index of their own, so that a page is never full of blocks.
  fraud: { indexes: [byTenant, { name: 'byReview', partitionKey: 'rp', sortKey: 'rs' }, byDue], carriesEvents: true, expires: true },
  // The event log and deliveries expire. The log is listed by its own keys, deliveries by their endpoint.
  notifications: { indexes: [{ name: 'byEndpoint', partitionKey: 'lp', sortKey: 'ls' }, byDue], carriesEvents: true, expires: true },
  // The audit trail is kept for good, and so are reconciliations, whose breaks carry events; both are listed by their own keys.
  operations: { indexes: [], carriesEvents: true, expires: false },
  identity: { indexes: [], carriesEvents: false, expires: false },
} as const satisfies Record<string, TableDefinition>;

export type ServiceName = keyof typeof tables;
