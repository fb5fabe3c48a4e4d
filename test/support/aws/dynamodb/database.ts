import type { Account } from '../account.ts';
import { tableNotFound } from './errors.ts';
import type { TableSpec } from './schema.ts';
import { Table } from './table.ts';

/** The tables of one account and region, and the clock by which they live. */
export class Database {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly account: Account;
  /** ClientRequestTokens of transactions that were applied, with what they asked for. */
  readonly tokens = new Map<string, { readonly fingerprint: string; readonly at: number }>();
  readonly #tables = new Map<string, Table>();

  constructor(account: Account) {
    this.now = account.now;
    this.account = account;
  }

  createTable(spec: TableSpec): Table {
    if (this.#tables.has(spec.name)) throw new Error(`table ${spec.name} exists already`);
    const table = new Table(spec, this.account);
    this.#tables.set(spec.name, table);
    return table;
  }

  /** By name or ARN; an AWS error if there is none, as a client would get it. */
  table(nameOrArn: string): Table {
    const table = this.#tables.get(nameOrArn.replace(/^arn:.*:table\//, ''));
    if (table === undefined) throw tableNotFound();
    return table;
  }
}
