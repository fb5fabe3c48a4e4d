import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';

/** Port: keeps webhook secrets unreadable at rest. What was sealed for one endpoint opens for no other. */
export interface SecretVault {
  seal(tenant: TenantId, endpointId: WebhookEndpointId, secret: string): Promise<Uint8Array>;
  open(tenant: TenantId, endpointId: WebhookEndpointId, sealed: Uint8Array): Promise<string>;
}
