import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

export type Transport = NonNullable<DynamoDBClientConfig['requestHandler']>;

interface ClientSettings {
  readonly requestHandler: Transport;
  readonly maxAttempts: number;
}

interface Patience {
  /** How long one try waits for its answer. @default 3,000 */
  readonly answerWithinMs?: number;
}

// A stuck connection must not eat the function's time: fail, let the SDK try again with jitter, three times in about ten seconds.
// Without throwOnRequestTimeout the handler only warns when an answer does not come.
const network = ({ answerWithinMs = 3_000 }: Patience): ClientSettings => ({
  requestHandler: { connectionTimeout: 1_000, requestTimeout: answerWithinMs, throwOnRequestTimeout: true },
  maxAttempts: 3,
});
let replacement: ClientSettings | undefined;
let generation = 0;

/** Puts another world below every SDK client (tests, simulation); undefined goes back to the network. */
export const useTransport = (requestHandler: Transport | undefined, maxAttempts = 1): void => {
  replacement = requestHandler === undefined ? undefined : { requestHandler, maxAttempts };
  generation += 1;
};

/** One client per service and process, so that connections are reused over invocations. */
export const once = <Client>(make: (settings: ClientSettings) => Client, patience: Patience = {}): (() => Client) => {
  let made: { client: Client; generation: number } | undefined;
  return () => {
    if (made?.generation !== generation) made = { client: make(replacement ?? network(patience)), generation };
    return made.client;
  };
};
