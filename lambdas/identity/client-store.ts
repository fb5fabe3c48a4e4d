import type { Client } from './client.ts';

/** Port of the known clients. The one store whose method takes no tenant: it is what tells the tenant. */
export interface ClientStore {
  find(clientId: string): Promise<Client | undefined>;
}
