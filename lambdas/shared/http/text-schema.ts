import * as z from 'zod';

/** C0 and C1 controls, lone surrogates, non-characters: queues refuse or replace some of them, tables others. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;
const UNSAFE_IN_LINES = /[^\P{Cc}\t\n\r]|[\p{Cs}\p{Noncharacter_Code_Point}]/u;

const text = (maxCharacters: number, unsafe: RegExp) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(maxCharacters, `must be at most ${maxCharacters} characters`)
    .refine((value) => !unsafe.test(value), 'must not have control characters, lone surrogates or non-characters');

/** Free text of a caller on one line. */
export const lineSchema = (maxCharacters: number) => text(maxCharacters, UNSAFE);

/** Free text of a caller that may have tabs and line breaks. */
export const linesSchema = (maxCharacters: number) => text(maxCharacters, UNSAFE_IN_LINES);

/** The caller's own name for a thing. */
export const referenceSchema = lineSchema(140);
