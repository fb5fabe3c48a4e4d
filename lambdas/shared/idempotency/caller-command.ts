import { createHash } from 'node:crypto';

/** A request that changes something without creating it, and may come again with the same key. */
export interface CallerCommand {
  readonly operation: string;
  readonly idempotencyKey: string;
  readonly fingerprint: Uint8Array;
}

/** `changed`: nothing was written, what was read is not so any more. `usedFor`: the key was used before, with this fingerprint. */
export type CommandWritten = 'written' | 'changed' | { readonly usedFor: Uint8Array };

/** What a command is known by, for ever. Hashed, since a caller's key may hold the separator of ours. */
export const commandName = ({ operation, idempotencyKey }: Omit<CallerCommand, 'fingerprint'>): string =>
  createHash('sha256').update(JSON.stringify([operation, idempotencyKey])).digest('hex');
