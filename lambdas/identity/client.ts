import * as z from 'zod';
import { isTenantId, key } from '../shared/ids/ids.ts';

const tenantId = z.string().refine(isTenantId, 'is not a tenant id');

/** An OAuth 2 client as the identity table has it; its secret is known to the issuer alone. */
export const clientSchema = z.object({
  clientId: z.string().min(1),
  tenantId,
  /** Decides, with the token, what the client may do; one of contract/scopes.ts. */
  role: z.string(),
  /** Value of the tenant's API key: the gateway throttles by it, callers never send it. */
  usageKey: z.string().min(1),
  tier: z.string(),
  status: z.enum(['active', 'revoked']),
  name: z.string(),
  /** Epoch milliseconds. */
  createdAt: z.int(),
});
export type Client = z.infer<typeof clientSchema>;

export const tenantSchema = z.object({
  tenantId,
  name: z.string(),
  tier: z.string(),
  usageKey: z.string().min(1),
  /** Id of that key in API Gateway, to delete it by. */
  usageKeyId: z.string().min(1),
  createdAt: z.int(),
});
export type Tenant = z.infer<typeof tenantSchema>;

// Any issuer may name clients as it likes; only what would break the key or a log line is refused.
const CLIENT_ID = /^[^#\s\p{C}]{1,256}$/u;
export const isClientId = (value: unknown): value is string => typeof value === 'string' && CLIENT_ID.test(value);

/** Keys of the identity table. They do not begin with the tenant: who the tenant is, is what is asked here. */
export const clientKey = (clientId: string) => ({ pk: key('CLIENT', clientId), sk: 'CLIENT' });
export const tenantKey = (id: string) => ({ pk: key('TENANT', id), sk: 'TENANT' });
