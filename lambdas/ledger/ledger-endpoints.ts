import { accountCommandEndpoints } from './account-command-endpoints.ts';
import { accountEndpoints } from './account-endpoints.ts';
import { feeScheduleEndpoints } from './fee-schedule-endpoints.ts';
import { transferEndpoints } from './transfer-endpoints.ts';
import type { LedgerPorts } from './endpoint-ports.ts';
import type { Endpoint } from '../shared/http/api-request.ts';

/** The ledger's part of the API. */
export const ledgerEndpoints = (ports: LedgerPorts): readonly Endpoint[] => [
  ...accountEndpoints(ports),
  ...accountCommandEndpoints(ports),
  ...transferEndpoints(ports),
  ...feeScheduleEndpoints(ports),
];
