/** How long the secret before signs beside the new one: a day, for receivers that are deployed by people. */
export const SECRET_OVERLAP_MS = 24 * 3_600_000;

/** The latest replacement of an endpoint's secret. */
export interface SecretRotation {
  /** Which request it was: commandName of its operation and key. */
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Only the secret vault can open it. */
  readonly previousSecret: Uint8Array;
}

/** What an endpoint's webhooks are signed with. */
export interface EndpointSecrets {
  /** Only the secret vault can open it. */
  readonly sealedSecret: Uint8Array;
  /** Absent as long as the secret is the first. */
  readonly rotation?: SecretRotation;
}

export const previousSecretUntil = ({ at }: SecretRotation): number => at + SECRET_OVERLAP_MS;

/** Sealed secrets that sign a webhook, the newest first: never more than two, so a rotation ends what the one before it let overlap. */
export const liveSecrets = ({ sealedSecret, rotation }: EndpointSecrets, now: number): readonly Uint8Array[] =>
  rotation === undefined || previousSecretUntil(rotation) <= now ? [sealedSecret] : [sealedSecret, rotation.previousSecret];
