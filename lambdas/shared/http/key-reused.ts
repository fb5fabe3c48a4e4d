import { ProblemError } from './problem.ts';
import type { ApiRequest } from './api-request.ts';

/** 422 for a key that was used for another request, naming the first field that differs. */
export const keyReused = (request: ApiRequest, earlier: Uint8Array): ProblemError => {
  const param = request.firstDifference(earlier);
  return new ProblemError('idempotency_key_reused', 'This Idempotency-Key was used for a request with another content.', param === undefined ? {} : { param });
};
