import { markPatterns } from '../marks.ts';
import { isDone } from './asks.ts';
import { invariant } from './violation.ts';
import type { Mark } from '../marks.ts';
import type { AnswerRecord, Observation } from '../contract.ts';
import type { Break } from './violation.ts';

const all: readonly Mark[] = ['card', 'token', 'personal', 'reason', 'reference', 'secret'];
const allBut = (...allowed: readonly Mark[]): readonly Mark[] => all.filter((mark) => !allowed.includes(mark));

/** What an answer may say: one's own payment back, a new endpoint's secret, and to reviewers their words. */
const allowedIn = ({ route, answer }: AnswerRecord): readonly Mark[] => {
  if (answer !== undefined && !isDone(answer)) return [];
  switch (route.operation) {
    case 'create-webhook-endpoint':
    case 'rotate-webhook-secret':
      return ['secret', 'personal'];
    case 'change-webhook-endpoint':
    case 'get-webhook-endpoint':
    case 'list-webhook-endpoints':
      return ['personal'];
    case 'create-payment':
    case 'get-payment':
    case 'capture-payment':
    case 'cancel-payment':
      return ['reference', 'personal'];
    case 'put-block':
    case 'get-block':
    case 'list-blocks':
      return ['reason'];
    case 'get-payment-timeline':
      return ['reference', 'reason'];
    case 'list-webhook-deliveries':
    case 'get-webhook-delivery':
      return [];
    default:
      return ['reference'];
  }
};

const find = (where: string, texts: readonly string[], forbidden: readonly Mark[], breaks: Break): void => {
  for (const text of texts) {
    for (const mark of forbidden) if (markPatterns[mark].test(text)) breaks(`A ${mark} is in ${where}.`, text.slice(0, 200));
  }
};

/** Bytes as they would be read by somebody who looks for a text. */
const readable = (_name: string, value: unknown): unknown => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value);
const storedTexts = ({ tables, idempotency, parked }: Observation): readonly string[] => [...[...Object.values(tables).flat(), ...idempotency].map((item) => JSON.stringify(item, readable)), ...parked];

const said = ({ published, consumed, gaveUp, purged }: Observation): readonly string[] => [...published.map(({ detail }) => detail), ...[...consumed, ...gaveUp, ...purged].map(({ body }) => body)];

/** The secrets of endpoints, without what marks them, as text and as bytes: told to whoever made or changed them, and to nobody else. */
const secretsOf = ({ answers }: Observation): readonly string[] =>
  answers.flatMap(({ answer }) => (typeof answer?.body['secret'] === 'string' ? [answer.body['secret'].replace('whsec_', '')] : [])).flatMap((secret) => [secret, JSON.stringify(Buffer.from(secret, 'base64').toString('latin1')).slice(1, -1)]);

export const nothingSecretGetsOut = invariant(
  'nothing-secret-gets-out', 'No card number, token or secret is anywhere, and nothing personal is in a log line, an event or an answer that is not its own.',
  (observation, breaks) => {
    find('a log line', observation.logs, all, breaks);
    find('an event', said(observation), allBut('reference'), breaks);
    find('a webhook', observation.webhooks.map(({ headers, body }) => `${JSON.stringify(headers)} ${body}`), allBut('reference'), breaks);
    for (const record of observation.answers) {
      if (record.answer !== undefined) find(`an answer of ${record.route.operation}`, [record.answer.text], allBut(...allowedIn(record)), breaks);
    }
    const stored = storedTexts(observation);
    find('a table', stored, ['card', 'token', 'secret'], breaks);
    const secrets = secretsOf(observation);
    if (secrets.length === 0) return;
    for (const text of [...stored, ...said(observation), ...observation.logs]) if (secrets.some((secret) => text.includes(secret))) breaks('The secret of an endpoint is written down.', text.slice(0, 200));
  },
);
