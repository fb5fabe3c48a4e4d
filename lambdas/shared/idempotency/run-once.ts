import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import {
  IdempotencyAlreadyInProgressError, IdempotencyInconsistentStateError, IdempotencyItemAlreadyExistsError, IdempotencyPersistenceLayerError,
  IdempotencyValidationError,
} from '@aws-lambda-powertools/idempotency';
import { dynamoDb } from '../aws/dynamo-db-client.ts';
import { once } from '../aws/transport.ts';
import { ProblemError } from '../http/problem.ts';
import type { ApiRequest, ApiResponse } from '../http/api-request.ts';
import type { Context } from 'aws-lambda';

/** Runs the work of a request once per (tenant, operation, key), or answers from its remembered response. */
export type RunOnce = (operation: string, request: ApiRequest, context: Context, work: () => Promise<ApiResponse>) => Promise<ApiResponse>;

/** At least the 24 h that the API promises for byte-equal replays. */
export const REMEMBER_SECONDS = 25 * 60 * 60;

/** As text: DynamoDB keeps the members of a map in an order of its own, and replays are promised byte for byte. */
interface Remembered {
  readonly json: string;
}

interface Ask {
  readonly tenant: string;
  readonly operation: string;
  readonly key: string;
  readonly fingerprint: string;
}

/**
 * Powertools idempotency, as response cache and lock. It is not the guarantee: that is the conditional
 * write inside `work`, which also answers once this record is gone, disabled or was never written.
 * Defaults that are overridden, and why: sha256 instead of md5; a missing key throws; the request is
 * validated by its fingerprint; the prefix is the operation's scheme, because the default (function name)
 * forgets every key when a function is renamed.
 */
export const runOnceIn = (tableName: string): RunOnce => {
  // One for all requests: a second configuration of a layer is ignored.
  const layer = once(() => new DynamoDBPersistenceLayer({ tableName, keyAttr: 'pk', expiryAttr: 'expiresAt', awsSdkV3Client: dynamoDb() }));
  const config = new IdempotencyConfig({
    eventKeyJmesPath: '[tenant, operation, key]',
    payloadValidationJmesPath: 'fingerprint',
    throwOnNoIdempotencyKey: true,
    expiresAfterSeconds: REMEMBER_SECONDS,
    hashFunction: 'sha256',
  });

  return async (operation, request, context, work) => {
    // Without it, a key whose function timed out stays locked until it expires.
    config.registerLambdaContext(context);
    const done: { response?: ApiResponse } = {};
    const idempotent = makeIdempotent(
      async (_ask: Ask): Promise<Remembered> => {
        done.response = await work();
        return { json: JSON.stringify(done.response) };
      },
      { persistenceStore: layer(), config, keyPrefix: 'api.v1' },
    );
    try {
      const { json } = await idempotent(askOf(operation, request));
      return done.response ?? { ...(JSON.parse(json) as ApiResponse), replayed: true };
    } catch (error) {
      // The work is done, only remembering it failed: the answer stands, and a repeat finds the same by its conditional write.
      if (done.response !== undefined && error instanceof IdempotencyPersistenceLayerError) return done.response;
      return refuse(error, work);
    }
  };
};

// Frozen and explicit: the library computes the key again on completion, from the object it was given.
const askOf = (operation: string, request: ApiRequest): Ask =>
  Object.freeze({ tenant: request.caller.tenant, operation, key: request.idempotencyKey, fingerprint: Buffer.from(request.fingerprint).toString('hex') });

const refuse = (error: unknown, work: () => Promise<ApiResponse>): Promise<ApiResponse> => {
  if (error instanceof IdempotencyAlreadyInProgressError || error instanceof IdempotencyItemAlreadyExistsError || error instanceof IdempotencyInconsistentStateError) {
    throw new ProblemError('idempotency_key_in_use', 'A request with this Idempotency-Key is still running.', { retryAfterSeconds: 1 });
  }
  // The work compares fingerprints with what it stored, so it finds the field that differs and throws 422 itself.
  if (error instanceof IdempotencyValidationError) return work();
  // The cache is down or its answer was lost; the conditional write keeps the promise without it.
  if (error instanceof IdempotencyPersistenceLayerError) return work();
  throw error;
};
