import { TENANT } from '../../support/api-event.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { AnswerRecord, Observation } from '../contract.ts';

export const tenantOfCall = ({ call }: AnswerRecord): string => call.tenant ?? TENANT;

/** Calls of one tenant to one operation under one key: what the API promises to do once. */
export interface Ask {
  readonly tenant: string;
  readonly operation: string;
  readonly key: string;
  /** In the order in which they were sent. */
  readonly calls: readonly AnswerRecord[];
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sorted(member)]));
};

/** Equal for calls that ask the same: key order does not matter, the path does. */
export const wordingOf = ({ call: { body, rawBody, path } }: AnswerRecord): string =>
  JSON.stringify([sorted(path ?? {}), sorted(rawBody === undefined ? body : JSON.parse(rawBody))]);

const collect = ({ answers }: Observation): readonly Ask[] => {
  const groups = Map.groupBy(answers.filter(({ route, call }) => route.idempotent && call.key !== undefined), (record) => JSON.stringify([tenantOfCall(record), record.route.operation, record.call.key]));
  return [...groups].map(([group, calls]) => {
    const [tenant = '', operation = '', key = ''] = JSON.parse(group) as string[];
    return { tenant, operation, key, calls };
  });
};

const known = new WeakMap<Observation, readonly Ask[]>();
export const asksOf = (observation: Observation): readonly Ask[] => {
  const asks = known.get(observation) ?? collect(observation);
  known.set(observation, asks);
  return asks;
};

export const isDone = ({ status }: ParsedAnswer): boolean => status >= 200 && status < 300;
export const codeOf = ({ status, body }: ParsedAnswer): string | undefined => (status >= 400 ? String(body['code']) : undefined);
export const isReplay = ({ headers }: ParsedAnswer): boolean => headers['Idempotent-Replayed'] === 'true';

/** The resource an answer names: of a recorded rejection the transfer that was rejected. */
export const resourceIn = (answer: ParsedAnswer): string | undefined => {
  const { id, paymentId, transferId } = answer.body;
  const named = codeOf(answer) === 'transfer_rejected' ? transferId : (id ?? paymentId);
  return typeof named === 'string' && (isDone(answer) || codeOf(answer) === 'transfer_rejected') ? named : undefined;
};
