import middy from '@middy/core';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logger } from './logger.ts';
import { publishMetrics } from './metrics.ts';
import type { Context } from 'aws-lambda';

/**
 * Logger, metrics and context around a handler. Middy does only this here: idempotency is not its work,
 * because its middleware deletes a running request's record (powertools-lambda-typescript issue 5675).
 */
export const instrument = <Event, Result>(handler: (event: Event, context: Context) => Promise<Result>) =>
  middy<Event, Result>(handler)
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use({ after: publishMetrics, onError: publishMetrics });
