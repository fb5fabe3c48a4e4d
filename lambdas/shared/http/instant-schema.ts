import * as z from 'zod';

/** An offset can reach it: its text has a sign before it, and would not sort by time any more. */
const YEAR_10000 = Date.UTC(10_000, 0);

/** A time in a request, RFC 3339 with its offset; read as epoch milliseconds. */
export const instantSchema = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 time with its offset' })
  .transform((text) => Date.parse(text))
  .refine((at) => at < YEAR_10000, 'must be before the year 10000 in UTC');
