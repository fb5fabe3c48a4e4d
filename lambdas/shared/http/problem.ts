import { problemCodes, problemTypeOf } from './problem-codes.ts';
import type { ApiResponse } from './api-request.ts';
import type { ProblemCode } from './problem-codes.ts';

export interface Violation {
  /** JSON pointer into the body, `?name` for a query parameter. */
  readonly pointer: string;
  readonly message: string;
}

interface ProblemMembers {
  /** The field, header or path parameter that is at fault. */
  readonly param?: string;
  readonly declineCode?: string;
  readonly violations?: readonly Violation[];
  readonly retryAfterSeconds?: number;
  /** Further public members, such as the id of the resource that is in the way. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** An answer of the API other than success. `detail` is public: it never repeats what the caller sent. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly members: ProblemMembers;

  constructor(code: ProblemCode, detail: string, members: ProblemMembers = {}) {
    super(detail);
    this.name = 'ProblemError';
    this.code = code;
    this.members = members;
  }
}

export const notFound = (): ProblemError => new ProblemError('not_found', 'There is no such resource for this tenant.');

/** RFC 9457 body. `requestId` is added where the answer leaves, so that a remembered problem tells the request at hand. */
export const problemResponse = (error: ProblemError): ApiResponse => {
  const { status, title, retryable } = problemCodes[error.code];
  const { param, declineCode, violations, retryAfterSeconds, extra } = error.members;
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    },
    body: {
      type: problemTypeOf(error.code),
      title,
      status,
      detail: error.message,
      code: error.code,
      retryable,
      ...(param === undefined ? {} : { param }),
      ...(declineCode === undefined ? {} : { declineCode }),
      ...(violations === undefined ? {} : { violations }),
      ...extra,
    },
  };
};
