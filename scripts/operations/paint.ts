/** Marks up text for a terminal, or leaves it as it is. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

const coded = (code: number) => (text: string): string => `\u001b[${code}m${text}\u001b[0m`;
const asItIs = (text: string): string => text;

/** @param isColoured false where nobody would see colours: a file, a pipe, or NO_COLOR is set */
export const paintFor = (isColoured: boolean): Paint =>
  isColoured ? { bold: coded(1), dim: coded(2), red: coded(31), yellow: coded(33) } : { bold: asItIs, dim: asItIs, red: asItIs, yellow: asItIs };
