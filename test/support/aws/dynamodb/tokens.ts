import { validationError } from './errors.ts';

interface Token {
  readonly kind: 'name' | 'nameRef' | 'valueRef' | 'number' | 'symbol' | 'unknown' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN = /([A-Za-z][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|[=<>()[\],.+-])|(\S)/g;
const KINDS = ['name', 'nameRef', 'valueRef', 'number', 'symbol', 'unknown'] as const;

/** The tokens of one expression with a cursor; speaks DynamoDB's error messages. */
export class Tokens {
  /** The request's parameter that holds the expression, such as `ConditionExpression`. */
  readonly parameter: string;
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(parameter: string, source: string) {
    this.parameter = parameter;
    this.#source = source;
    this.#tokens = tokenize(source);
    if (this.#tokens.length === 1) throw this.error('The expression can not be empty;');
  }

  get current(): Token {
    return this.#at(this.#position);
  }

  get next(): Token {
    return this.#at(this.#position + 1);
  }

  take(): Token {
    const token = this.current;
    this.#position += 1;
    return token;
  }

  /** Takes the token if it is this symbol. */
  takeSymbol(text: string): boolean {
    const found = this.current.kind === 'symbol' && this.current.text === text;
    if (found) this.#position += 1;
    return found;
  }

  expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) throw this.syntaxError();
  }

  isKeyword(word: string): boolean {
    return this.current.kind === 'name' && this.current.text.toUpperCase() === word;
  }

  takeKeyword(word: string): boolean {
    const found = this.isKeyword(word);
    if (found) this.#position += 1;
    return found;
  }

  error(message: string): Error {
    return validationError(`Invalid ${this.parameter}: ${message}`);
  }

  /** Names the token and its neighbours, as DynamoDB does. */
  syntaxError(): Error {
    const token = this.current;
    const from = this.#at(Math.max(this.#position - 1, 0)).start;
    const near = this.#source.slice(from, this.next.end);
    return this.error(`Syntax error; token: "${token.kind === 'end' ? '<EOF>' : token.text}", near: "${near}"`);
  }

  #at(position: number): Token {
    const token = this.#tokens[Math.min(position, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('an expression always has its end token');
    return token;
  }
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  for (const match of source.matchAll(TOKEN)) {
    const groups: readonly (string | undefined)[] = match.slice(1);
    const group = groups.findIndex((text) => text !== undefined);
    tokens.push({ kind: KINDS[group] ?? 'unknown', text: match[0], start: match.index, end: match.index + match[0].length });
  }
  tokens.push({ kind: 'end', text: '', start: source.length, end: source.length });
  return tokens;
}
