import type { TenantId } from '../shared/ids/ids.ts';

/** What an idempotency key was first used for. */
export interface CommandLog {
  /**
   * Remembers a command, for good.
   * @returns the fingerprint that the key was first used with: this one's, or an earlier one's
   */
  remember(tenant: TenantId, command: OperatorCommand): Promise<Uint8Array>;
}

export interface OperatorCommand {
  readonly operation: string;
  readonly idempotencyKey: string;
  readonly fingerprint: Uint8Array;
}
