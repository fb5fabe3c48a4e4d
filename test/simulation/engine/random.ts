/** From 0 up to 1. */
export type Random = () => number;

/** Four well-mixed 32-bit words of a text: cyrb128 (bryc, public domain, https://github.com/bryc/code). */
export const wordsOf = (text: string): readonly [number, number, number, number] => {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = b ^ Math.imul(a ^ code, 597399067);
    b = c ^ Math.imul(b ^ code, 2869860233);
    c = d ^ Math.imul(c ^ code, 951274213);
    d = a ^ Math.imul(d ^ code, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  const mixed = a ^ b ^ c ^ d;
  return [mixed >>> 0, (b ^ mixed) >>> 0, (c ^ mixed) >>> 0, (d ^ mixed) >>> 0];
};

/**
 * A stream of numbers that its name alone decides: sfc32 of PractRand (Chris Doty-Humphrey, public domain). Everything that
 * is left to chance has a name (seed, who, which call), so leaving one thing out of a run does not change the dice of another.
 */
export const randomOf = (...name: readonly (string | number)[]): Random => {
  let [a, b, c, counter] = wordsOf(name.join('\u0000'));
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 8; round += 1) next();
  return next;
};

/** One throw of dice with a name. */
export const diceOf = (...name: readonly (string | number)[]): number => wordsOf(name.join('\u0000'))[0] / 2 ** 32;
