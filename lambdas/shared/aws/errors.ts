import { unmarshall } from '@aws-sdk/util-dynamodb';

const transientNames = new Set([
  'ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'InternalServerError', 'InternalFailure',
  'ServiceUnavailable', 'ServiceUnavailableException', 'TransactionConflictException', 'TransactionInProgressException', 'TimeoutError',
  'RequestTimeout', 'RequestTimeoutException', 'KMSInternalException', 'DependencyTimeoutException',
]);
const transientCodes = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT']);
const contentions = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
/** What the other items say beside one that could not be asked: it may have said what decides. */
const besideContention = new Set([...contentions, 'None', 'ConditionalCheckFailed']);

export interface CancellationReason {
  /** `ConditionalCheckFailed`, `TransactionConflict`, `None` ... */
  readonly code: string;
  /** The item as it stands, where the action asked for ALL_OLD and its condition failed. */
  readonly item?: Readonly<Record<string, unknown>>;
}

/** Positional reasons of a cancelled transaction; undefined for any other error. */
export const cancellationReasons = (error: unknown): CancellationReason[] | undefined => {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined;
  const reasons: unknown = Reflect.get(error, 'CancellationReasons');
  if (!Array.isArray(reasons)) return undefined;
  return reasons.map((reason: { Code?: string; Item?: Parameters<typeof unmarshall>[0] }) => ({
    code: reason.Code ?? 'None',
    ...(reason.Item === undefined ? {} : { item: unmarshall(reason.Item) }),
  }));
};

/** Nothing was written, as others wrote the same each time or time is up: what was asked for may be asked for again. */
export class UndecidedError extends Error {}

/** The name of an error that passes by itself; for errors that come as text, from another function. */
export const isTransientName = (name: string): boolean => transientNames.has(name);

/** The caller may simply try again: throttles, conflicts, time-outs, lost connections. */
export const isTransient = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (error instanceof UndecidedError) return true;
  const reasons = cancellationReasons(error);
  if (reasons !== undefined) return reasons.some(({ code }) => contentions.has(code)) && reasons.every(({ code }) => besideContention.has(code));
  const code: unknown = Reflect.get(error, 'code');
  return isTransientName(error.name) || (typeof code === 'string' && transientCodes.has(code)) || Reflect.get(error, '$retryable') !== undefined;
};

/** The item as it stands when a condition failed (ALL_OLD); undefined for any other error. */
export const failedCondition = (error: unknown): { readonly item?: Readonly<Record<string, unknown>> } | undefined => {
  if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') return undefined;
  const item: unknown = Reflect.get(error, 'Item');
  return item === undefined ? {} : { item: unmarshall(item as Parameters<typeof unmarshall>[0]) };
};
