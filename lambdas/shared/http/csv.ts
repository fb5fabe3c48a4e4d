/**
 * What a spreadsheet would take for a formula, OWASP's list with the full-width forms: such a cell gets an apostrophe before it,
 * which spreadsheets show as text and programs can strip.
 */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const QUOTED = /[",\r\n]|^\s|\s$/;

const cellOf = (value: string | number | undefined): string => {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** RFC 4180 with a header line. Cells of text cannot become formulas. */
export const csv = <Column extends string>(columns: readonly Column[], rows: readonly Readonly<Partial<Record<Column, string | number>>>[]): string =>
  [columns, ...rows.map((row) => columns.map((column) => row[column]))].map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');

interface Range {
  readonly type: string;
  readonly quality: number;
}

const rangesOf = (accept: string): Range[] =>
  accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.toLowerCase().split(';').map((piece) => piece.trim());
    const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1');
    return { type, quality: Number.isNaN(quality) ? 0 : quality };
  });

/** Whether a client that sends this `Accept` wants CSV rather than JSON (RFC 9110): named, and not after JSON. */
export const prefersCsv = (accept: string): boolean => {
  const ranges = rangesOf(accept);
  const [csvRange, jsonRange] = ['text/csv', 'application/json'].map((wanted) => ranges.find(({ type }) => type === wanted));
  if (csvRange === undefined || csvRange.quality === 0) return false;
  if (jsonRange === undefined || jsonRange.quality < csvRange.quality) return true;
  return jsonRange.quality === csvRange.quality && ranges.indexOf(csvRange) < ranges.indexOf(jsonRange);
};
