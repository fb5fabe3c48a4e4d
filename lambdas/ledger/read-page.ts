import { readCursor, writeCursor } from '../shared/http/list-page.ts';
import type { CursorScope, CursorSigner, ListQuery, Page } from '../shared/http/list-page.ts';
import type { PageRequest } from './account-store.ts';

export interface Listing<T> {
  readonly items: readonly T[];
  /** null on the last page. */
  readonly nextCursor: string | null;
}

/**
 * One page of a list, and the cursor to go on with.
 * @throws ProblemError cursor_invalid when the cursor is of another list, tenant or filter
 */
export const readPage = async <T>(
  signer: CursorSigner, scope: CursorScope, { limit, cursor }: ListQuery, read: (page: PageRequest) => Promise<Page<T>>,
): Promise<Listing<T>> => {
  const { items, next } = await read({ limit, ...(cursor === undefined ? {} : { before: await readCursor(signer, scope, cursor) }) });
  return { items, nextCursor: next === undefined ? null : await writeCursor(signer, scope, next) };
};
