import { LambdaClient } from '@aws-sdk/client-lambda';
import { once } from './transport.ts';

/** Waits for what it invokes: a cold start and several seconds of work. */
export const lambda = once((settings) => new LambdaClient(settings), { answerWithinMs: 10_000 });
