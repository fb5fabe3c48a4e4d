import { UnsupportedRequest } from './errors.ts';

/**
 * Takes a request's body as T, after refusing every member that the caller does not list.
 * An option that is accepted and then ignored would let a test pass on behaviour that AWS does not have.
 */
export function accept<T extends object>(what: string, input: unknown, known: readonly (keyof T & string)[]): T {
  if (!isRecord(input)) throw new UnsupportedRequest(`${what} without an object as its body`);
  for (const name of Object.keys(input)) {
    if (!(known as readonly string[]).includes(name)) throw new UnsupportedRequest(`the member ${name} of ${what}`);
  }
  return input as T;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
