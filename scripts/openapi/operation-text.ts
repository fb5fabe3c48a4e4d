import type { ProblemCode } from '../../lambdas/shared/http/problem-codes.ts';
import type { HeaderName } from './headers.ts';
import type * as z from 'zod';

export interface OperationText {
  readonly summary: string;
  readonly description?: string;
  /** Of `{id}` in the path. */
  readonly id?: z.ZodString;
  readonly success: {
    readonly status: 200 | 201 | 202 | 204;
    readonly description: string;
    /** Absent: no content. */
    readonly body?: z.ZodType;
    /** Also as CSV. */
    readonly csv?: true;
    readonly headers?: readonly HeaderName[];
  };
  /** Besides those that follow from the route. */
  readonly problems?: readonly ProblemCode[];
}

/** Headers of what a request has made. */
export const created = ['Location', 'Idempotent-Replayed'] as const;
export const removed = { status: 204, description: 'It is gone.' } as const;
