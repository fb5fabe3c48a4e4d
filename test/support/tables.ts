import { tables } from '../../lambdas/shared/contract/storage.ts';
import type { ServiceName } from '../../lambdas/shared/contract/storage.ts';
import type { InMemoryAws } from './aws/in-memory-aws.ts';

export const tableNameOf = (service: ServiceName): string => `${service}-table`;
export const idempotencyTableOf = (service: ServiceName): string => `${service}-idempotency`;

/** A service's tables, keyed and indexed as the contract says. */
export const createTables = (aws: InMemoryAws, service: ServiceName): void => {
  const definition = tables[service];
  aws.createTable({
    name: tableNameOf(service),
    partitionKey: 'pk',
    sortKey: 'sk',
    indexes: definition.indexes.map((index) => ({ ...index, projection: 'KEYS_ONLY' as const })),
    stream: definition.carriesEvents,
    ...(definition.expires ? { ttlAttribute: 'expiresAt' } : {}),
  });
  aws.createTable({ name: idempotencyTableOf(service), partitionKey: 'pk', indexes: [], stream: false, ttlAttribute: 'expiresAt' });
};
