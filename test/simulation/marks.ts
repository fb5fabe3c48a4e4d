/** Correlation of events that somebody made up. */
export const FORGED = 'forged';

/**
 * Values that scenarios feed in to find them again where they must not be. Each says in itself what it is, so a check needs
 * to know no scenario.
 */
export const marks = {
  /** Card numbers of networks' test ranges: refused everywhere. */
  cards: ['4242424242424242', '5555555555554444', '378282246310005', '4000 0566 5566 5556', '6011-1111-1111-1117'],
  token: (name: string): string => `token-mark-${name}`,
  /** Names, addresses: what a merchant writes into descriptions and metadata. */
  personal: (name: string): string => `personal-mark-${name}`,
  /** Reasons of people, kept and shown to nobody but reviewers. */
  reason: (name: string): string => `reason-mark-${name}`,
  /** What a merchant calls a thing: told in answers and events, never in logs. */
  reference: (name: string): string => `reference-mark-${name}`,
} as const;

/** However it is written. */
const cardPattern = (card: string): string => card.replaceAll(/\D/g, '').split('').join('[ -]?');

export const markPatterns = {
  card: new RegExp(marks.cards.map(cardPattern).join('|')),
  token: /token-mark-/,
  personal: /personal-mark-/,
  reason: /reason-mark-/,
  reference: /reference-mark-/,
  secret: /whsec_/,
} as const;
export type Mark = keyof typeof markPatterns;
