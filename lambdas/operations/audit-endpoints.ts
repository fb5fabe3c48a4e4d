import { routes } from '../shared/contract/routes.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { listQuerySchema, listResponse } from '../shared/http/list-page.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import type { Endpoint } from '../shared/http/api-request.ts';
import type { CursorSigner } from '../shared/http/list-page.ts';
import type { AuditEntry, AuditTrail } from './audit-trail.ts';

/** `/v1/operations/audit-entries`: what the operators of the caller's tenant did. */
export const auditEndpoints = (trail: AuditTrail, signer: CursorSigner): readonly Endpoint[] => [
  endpoint({
    route: routes.listAuditEntries,
    querySchema: listQuerySchema,
    handle: ({ caller: { tenant }, query }) =>
      listResponse(signer, { tenant, operation: routes.listAuditEntries.operation, filter: null }, query, (page) => trail.list(tenant, page), viewOf),
  }),
];

const viewOf = ({ id, at, actor, action, subject, details }: AuditEntry) => ({ id, at: toRfc3339(at), actor, action, subject, details });
