import * as z from 'zod';
import { canonicalJson } from '../canonical/json.ts';
import { ProblemError } from './problem.ts';
import type { ApiResponse } from './api-request.ts';
import type { Json } from '../canonical/json.ts';
import type { TenantId } from '../ids/ids.ts';

/** Query of every list. */
export const listQuerySchema = z.strictObject({
  limit: z.string().regex(/^\d{1,3}$/, 'must be a number from 1 to 100').transform(Number).pipe(z.int().min(1).max(100)).default(20),
  cursor: z.string().max(1_024).optional(),
});
export type ListQuery = z.infer<typeof listQuerySchema>;

/** Port: signs what a cursor is bound to. */
export interface CursorSigner {
  sign(text: string): Promise<Uint8Array>;
  verify(text: string, signature: Uint8Array): Promise<boolean>;
}

/** What a cursor is good for; a cursor of another list, tenant or filter is refused. */
export interface CursorScope {
  readonly tenant: TenantId;
  readonly operation: string;
  readonly filter: Json;
}

const bound = ({ tenant, operation, filter }: CursorScope, position: string): string => canonicalJson([tenant, operation, filter, position]);

/** Opaque cursor for the position behind a page. */
export const writeCursor = async (signer: CursorSigner, scope: CursorScope, position: string): Promise<string> =>
  [Buffer.from(position), await signer.sign(bound(scope, position))].map((part) => Buffer.from(part).toString('base64url')).join('.');

/** @throws ProblemError cursor_invalid */
export const readCursor = async (signer: CursorSigner, scope: CursorScope, cursor: string): Promise<string> => {
  const [encodedPosition = '', signature = ''] = cursor.split('.');
  const position = Buffer.from(encodedPosition, 'base64url').toString();
  if (position === '' || signature === '' || !(await signer.verify(bound(scope, position), Buffer.from(signature, 'base64url')))) {
    throw new ProblemError('cursor_invalid', 'Use the nextCursor of the same list, unchanged.', { param: 'cursor' });
  }
  return position;
};

/** Port: cursors whose position the caller cannot read. */
export interface CursorSeal {
  seal(scope: CursorScope, position: string): Promise<string>;
  /** @throws ProblemError cursor_invalid */
  open(scope: CursorScope, cursor: string): Promise<string>;
}

/** Which page a store is to read. */
export interface PageRequest {
  readonly limit: number;
  /** Position behind the page before; absent for the first. */
  readonly before?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Position behind the last item; absent on the last page. */
  readonly next?: string;
}

/**
 * One page of a list, and the cursor of the next.
 * @param read reads the page behind a position, newest first
 * @throws ProblemError cursor_invalid
 */
export const pageOf = async <T>(
  signer: CursorSigner, scope: CursorScope, { limit, cursor }: ListQuery, read: (page: PageRequest) => Promise<Page<T>>,
): Promise<{ readonly items: readonly T[]; readonly nextCursor: string | null }> => {
  const { items, next } = await read({ limit, ...(cursor === undefined ? {} : { before: await readCursor(signer, scope, cursor) }) });
  return { items, nextCursor: next === undefined ? null : await writeCursor(signer, scope, next) };
};

/**
 * Answers one page of a list.
 * @throws ProblemError cursor_invalid
 */
export const listResponse = async <T>(
  signer: CursorSigner, scope: CursorScope, query: ListQuery, read: (page: PageRequest) => Promise<Page<T>>, view: (item: T) => unknown,
): Promise<ApiResponse> => {
  const { items, nextCursor } = await pageOf(signer, scope, query, read);
  return { status: 200, body: { data: items.map(view), nextCursor } };
};
