import { handler } from '../../lambdas/operations/operations-reconciler.handler.ts';
import type { Context } from 'aws-lambda';

/** Of one invocation, as deployed. */
const TIMEOUT_MS = 300_000;

/**
 * The deployed handler in a process of its own, below which is nothing but HTTP: for each message one minute's call, answered with
 * the most memory that this process ever had, in KB as the operating system counts it (node, code, buffers and heap).
 */
process.on('message', () => {
  const endsAt = Date.now() + TIMEOUT_MS;
  const context = { awsRequestId: 'bench', functionName: 'reconciler', memoryLimitInMB: '1024', getRemainingTimeInMillis: () => endsAt - Date.now() } as Context;
  void handler({}, context).then(() => process.send?.(process.resourceUsage().maxRSS));
});
