import { validationError } from './errors.ts';

/** coefficient * 10^exponent, exact. */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

const MAX_DIGITS = 38;
const MAX_MAGNITUDE = 125;
const MIN_MAGNITUDE = -130;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;
const SAFE_INTEGER = /^-?\d{1,15}$/;

/** The one text that DynamoDB gives for a number: plain digits, no exponent, no trailing zeros after the point. */
export function canonicalNumber(text: string): string {
  if (SAFE_INTEGER.test(text)) return String(Number(text) + 0);
  return format(checked(parse(text)));
}

/** Negative, zero or positive, as for Array.sort. Both must be canonical. */
export function compareNumbers(left: string, right: string): number {
  if (left === right) return 0;
  if (SAFE_INTEGER.test(left) && SAFE_INTEGER.test(right)) return Number(left) - Number(right);
  const difference = combine(parse(left), parse(right), -1n).coefficient;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function addNumbers(left: string, right: string): string {
  return format(checked(combine(parse(left), parse(right), 1n)));
}

export function subtractNumbers(left: string, right: string): string {
  return format(checked(combine(parse(left), parse(right), -1n)));
}

function combine(left: Decimal, right: Decimal, sign: bigint): Decimal {
  const exponent = Math.min(left.exponent, right.exponent);
  const scaled = (value: Decimal): bigint => value.coefficient * 10n ** BigInt(value.exponent - exponent);
  return { coefficient: scaled(left) + sign * scaled(right), exponent };
}

function parse(text: string): Decimal {
  const match = NUMBER.exec(text);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
  const digits = whole + fraction;
  if (match === null || digits === '') {
    throw validationError(`The parameter cannot be converted to a numeric value${text === '' ? '' : `: ${text}`}`);
  }
  const coefficient = BigInt(digits);
  return { coefficient: sign === '-' ? -coefficient : coefficient, exponent: Number(exponent) - fraction.length };
}

/** Drops trailing zeros, so that the digits left are the significant ones, and enforces DynamoDB's range. */
function checked(value: Decimal): Decimal {
  if (value.coefficient === 0n) return { coefficient: 0n, exponent: 0 };
  const negative = value.coefficient < 0n;
  const all = (negative ? -value.coefficient : value.coefficient).toString();
  const digits = all.replace(/0+$/, '');
  const exponent = value.exponent + all.length - digits.length;
  const magnitude = exponent + digits.length - 1;
  if (magnitude > MAX_MAGNITUDE) {
    throw validationError('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (magnitude < MIN_MAGNITUDE) {
    throw validationError('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  if (digits.length > MAX_DIGITS) {
    throw validationError('Attempting to store more than 38 significant digits in a Number');
  }
  return { coefficient: BigInt(negative ? `-${digits}` : digits), exponent };
}

function format({ coefficient, exponent }: Decimal): string {
  const sign = coefficient < 0n ? '-' : '';
  const digits = (coefficient < 0n ? -coefficient : coefficient).toString();
  if (exponent >= 0) return sign + digits + '0'.repeat(exponent);
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}
