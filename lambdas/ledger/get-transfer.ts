import { isTransferId } from '../shared/ids/ids.ts';
import type { Transfer } from './transfer.ts';
import type { TransferStore } from './transfer-store.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** A transfer, posted or rejected; undefined when the tenant has none of this id. */
export const getTransfer = async (transfers: TransferStore, tenant: TenantId, id: string): Promise<Transfer | undefined> =>
  isTransferId(id) ? (await transfers.find(tenant, id))?.transfer : undefined;
