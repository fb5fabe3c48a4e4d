import { isArray, isObject } from '../canonical/json.ts';
import { isAnyId } from '../ids/ids.ts';
import type { Json } from '../canonical/json.ts';

// A maximal run of digits, single spaces or dashes inside it allowed.
const RUN = /\d(?:[ -]?\d)*/g;
/** RFC 9562. What callers take as keys; one in about 5,000 random ones has digits that pass for a card number. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

const between = (digits: string, length: number, low: number, high: number): boolean => {
  const prefix = Number(digits.slice(0, length));
  return prefix >= low && prefix <= high;
};

/** Issuer ranges and lengths of the card networks (ISO/IEC 7812). */
const networks: readonly { readonly lengths: readonly number[]; readonly matches: (digits: string) => boolean }[] = [
  { lengths: [13, 16, 19], matches: (d) => d.startsWith('4') }, // Visa
  { lengths: [16], matches: (d) => between(d, 2, 51, 55) || between(d, 4, 2221, 2720) }, // Mastercard
  { lengths: [15], matches: (d) => d.startsWith('34') || d.startsWith('37') }, // American Express
  { lengths: [16, 19], matches: (d) => d.startsWith('6011') || between(d, 3, 644, 649) || d.startsWith('65') || between(d, 6, 622126, 622925) }, // Discover
  { lengths: [14, 16, 19], matches: (d) => between(d, 3, 300, 305) || d.startsWith('36') || d.startsWith('38') || d.startsWith('39') }, // Diners
  { lengths: [16, 17, 18, 19], matches: (d) => between(d, 4, 3528, 3589) || d.startsWith('62') }, // JCB, UnionPay
  { lengths: [12, 13, 14, 15, 16, 17, 18, 19], matches: (d) => /^(5018|5020|5038|5893|6304|6759|676[1-3])/.test(d) }, // Maestro
];

const luhnValid = (digits: string): boolean => {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

const isCardNumber = (digits: string): boolean =>
  networks.some(({ lengths, matches }) => lengths.includes(digits.length) && matches(digits)) && luhnValid(digits);

/** true when a string holds a card number, in any usual disguise. Our own ids, UUIDs and timestamps never count. */
export const holdsCardNumber = (text: string): boolean => {
  if (isAnyId(text) || UUID.test(text) || TIMESTAMP.test(text)) return false;
  for (const [run] of text.matchAll(RUN)) if (isCardNumber(run.replace(/[ -]/g, ''))) return true;
  return false;
};

/** JSON pointers of the members that hold a card number; a member whose name holds one is told by its parent. */
export const findCardNumbers = (value: Json, pointer = ''): string[] => {
  if (typeof value === 'string') return holdsCardNumber(value) ? [pointer] : [];
  if (typeof value === 'number') return holdsCardNumber(String(value)) ? [pointer] : [];
  if (isArray(value)) return value.flatMap((item, index) => findCardNumbers(item, `${pointer}/${index}`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    holdsCardNumber(name) ? [pointer === '' ? '/' : pointer] : findCardNumbers(item, `${pointer}/${escapePointer(name)}`),
  );
};

/** RFC 6901 escaping; names are cut so that an answer cannot be made to carry a caller's text. */
export const escapePointer = (name: string): string => name.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1');
