import { isTransferId } from '../shared/ids/ids.ts';
import type { RecordedTransfer, TransferStore } from './transfer-store.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** A transfer, posted or rejected, with what builds on it; undefined when the tenant has none of this id. */
export const getTransfer = async (transfers: TransferStore, tenant: TenantId, id: string): Promise<RecordedTransfer | undefined> =>
  isTransferId(id) ? transfers.find(tenant, id) : undefined;
