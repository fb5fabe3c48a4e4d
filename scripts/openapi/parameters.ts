import * as z from 'zod';
import { balanceQuerySchema } from '../../lambdas/ledger/balance-endpoint.ts';
import { statementQuerySchema } from '../../lambdas/ledger/statement-endpoint.ts';
import { transferKinds } from '../../lambdas/ledger/transfer-kinds.ts';
import { deliveryStatuses } from '../../lambdas/notifications/delivery.ts';
import { listDeliveriesSchema } from '../../lambdas/notifications/webhook-deliveries-api.ts';
import { listDeadLettersSchema } from '../../lambdas/operations/dead-letter-endpoints.ts';
import { listQuerySchema } from '../../lambdas/shared/http/list-page.ts';
import { webhookEndpointId } from './schemas.ts';
import type { Endpoint } from '../../lambdas/shared/http/api-request.ts';

/** Header of every idempotent route. */
export const idempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[!-~]+$/)
  .meta({
    description:
      'Unique per intended operation, in the tenant: visible ASCII. The same key with the same request never has a second effect; ' +
      'the answer is repeated byte for byte for 24 hours at least. With another request it is refused.',
    param: { id: 'IdempotencyKey' },
  });

const listParameters = z.object({
  // On the wire a string, which the service's own schema reads; to a caller it is a number.
  limit: z.int().min(1).max(100).default(20).meta({ description: 'Most items of a page.', param: { id: 'Limit' } }),
  cursor: z
    .string()
    .max(1_024)
    .optional()
    .meta({ description: '`nextCursor` of the page before, of the same list.', param: { id: 'Cursor' } }),
});

const statementParameters = listParameters.extend({
  kind: z.enum(transferKinds).optional().meta({ description: 'Only transfers of this kind.', param: { id: 'TransferKind' } }),
  direction: z.enum(['debit', 'credit']).optional().meta({ description: 'debit: only what left the account; credit: only what came in.', param: { id: 'Direction' } }),
  from: z.iso.datetime({ offset: true }).optional().meta({ description: 'Only what was posted at this time or later.', param: { id: 'From' } }),
  to: z.iso.datetime({ offset: true }).optional().meta({ description: 'Only what was posted before this time, later than `from`.', param: { id: 'To' } }),
});

const balanceParameters = z.object({ at: z.iso.datetime({ offset: true }).meta({ description: 'The instant, at least a minute ago.', param: { id: 'At' } }) });

const deliveryParameters = listParameters.extend({
  endpointId: webhookEndpointId.optional().meta({ description: 'Only those of this endpoint, also of a deleted one.', param: { id: 'DeliveryEndpoint' } }),
  status: z.enum(deliveryStatuses).optional().meta({ description: 'Only those of this status.', param: { id: 'DeliveryStatus' } }),
  eventId: z.string().min(1).max(160).optional().meta({ description: 'Only those of this event.', param: { id: 'DeliveryEvent' } }),
});

const deadLetterParameters = z.object({
  source: z.string().optional().meta({ description: 'Name of a source, as an item tells it. Default: all.', param: { id: 'DeadLetterSource' } }),
});

/** @throws Error for a query that is not that of lists: then it needs a description here */
export const queryParameters = ({ querySchema, route }: Endpoint): z.ZodObject | undefined => {
  if (querySchema === undefined) return undefined;
  if (querySchema === listDeadLettersSchema) return deadLetterParameters;
  if (querySchema === balanceQuerySchema) return balanceParameters;
  if (querySchema === statementQuerySchema) return statementParameters;
  if (querySchema === listDeliveriesSchema) return deliveryParameters;
  if (querySchema !== listQuerySchema) throw new Error(`scripts/openapi/parameters.ts does not describe the query of ${route.operation}.`);
  return listParameters;
};
