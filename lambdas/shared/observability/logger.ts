import { Logger } from '@aws-lambda-powertools/logger';
import { xRayTraceId } from './trace.ts';

/** Structured JSON logger; service name and level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL. */
export const logger = new Logger();

/** The only fields that may be logged beside a message: never a body, a name, a token or a reference. */
export interface LogFields {
  readonly correlationId?: string;
  /** As X-Ray and the access log name it. */
  readonly traceId?: string;
  readonly requestId?: string;
  readonly tenantId?: string;
  readonly clientId?: string;
  readonly operation?: string;
  readonly status?: number;
  readonly code?: string;
  readonly durationMs?: number;
  readonly replayed?: boolean;
  readonly eventId?: string;
  readonly eventType?: string;
  readonly emission?: number;
  readonly paymentId?: string;
  readonly transferId?: string;
  readonly accountId?: string;
  readonly deliveryId?: string;
  readonly endpointId?: string;
  readonly outcome?: string;
  readonly reason?: string;
  readonly attempt?: number;
  readonly retryInSeconds?: number;
  readonly messageId?: string;
  readonly sequenceNumber?: string;
  readonly count?: number;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
}

export const logInfo = (message: string, fields: LogFields): void => logger.info(message, { ...fields });
export const logWarning = (message: string, fields: LogFields): void => logger.warn(message, { ...fields });
export const logError = (message: string, error: unknown, fields: LogFields = {}): void => logger.error(message, { ...fields, error: describeError(error) });

/** By what the lines of one request are found, whatever function wrote them. */
export const traced = ({ correlationid, traceparent }: { readonly correlationid: string; readonly traceparent?: string | undefined }): LogFields => ({
  correlationId: correlationid, ...(traceparent === undefined ? {} : { traceId: xRayTraceId(traceparent) }),
});

/** Name, message and stack of whatever was thrown; SDK errors carry requests in other members, so those stay out. */
export const describeError = (error: unknown): NonNullable<LogFields['error']> =>
  error instanceof Error
    ? { name: error.name, message: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) }
    : { name: 'NonError', message: 'something that is not an Error was thrown' };
