import { operationTexts } from '../../../scripts/openapi/operations.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { problemCodes } from '../../../lambdas/shared/http/problem-codes.ts';
import { asksOf, codeOf, isDone, resourceIn, tenantOfCall, wordingOf } from './asks.ts';
import { invariant } from './violation.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { AnswerRecord, Observation } from '../contract.ts';
import type { Ask } from './asks.ts';
import type { Break } from './violation.ts';

const ofEvery = ['internal_error', 'service_unavailable', 'validation_failed', 'body_invalid', 'card_data_not_allowed', 'not_found', 'insufficient_scope', 'cursor_invalid', 'too_many_requests', 'payload_too_large', 'unsupported_media_type'];
const ofKeys = ['idempotency_key_missing', 'idempotency_key_invalid', 'idempotency_key_in_use', 'idempotency_key_reused'];
/** Somebody who makes mistakes on purpose says so by its name. */
const isClumsy = ({ actor }: AnswerRecord): boolean => actor.startsWith('clumsy');

const texts = Object.entries(operationTexts).map(([name, text]) => [routes[name as keyof typeof routes].operation, text] as const);
const declared: ReadonlyMap<string, { readonly success: number; readonly problems: readonly string[] }> = new Map(texts.map(([operation, { success, problems = [] }]) => [operation, { success: success.status, problems }]));

/** As the API's document says: the status of its success, or a problem that it declares, told as a problem. */
const checkShape = ({ route, answer }: AnswerRecord & { readonly answer: ParsedAnswer }, breaks: Break): void => {
  const { success, problems } = declared.get(route.operation) ?? { success: 200, problems: [] };
  const { status, body } = answer;
  if (isDone(answer)) {
    if (status !== success) breaks(`${route.operation} answered ${status}, not ${success}.`);
    return;
  }
  const code = String(body['code']);
  const definition: { readonly status: number; readonly retryable: boolean } | undefined = Object.hasOwn(problemCodes, code) ? problemCodes[code as keyof typeof problemCodes] : undefined;
  if (definition?.status !== status || body['status'] !== status || typeof body['requestId'] !== 'string') breaks(`${route.operation} answered ${status} without a problem that explains it.`, code);
  else if (![...ofEvery, ...problems, ...(route.idempotent ? ofKeys : [])].includes(code)) breaks(`${route.operation} answered ${code}, which it does not declare.`, code);
};

/** Refusals that nobody has earned. */
const checkReason = (record: AnswerRecord & { readonly answer: ParsedAnswer }, breaks: Break): void => {
  const code = codeOf(record.answer) ?? '';
  const what = `${record.route.operation} ${record.call.key ?? ''}`;
  if (record.answer.status >= 500 && !record.disturbed) breaks(`${code} without any fault.`, what);
  // Every fault of a run passes by itself, and is to be told as one that does.
  if (code === 'internal_error') breaks('A fault that passes is told as one that stays.', what);
  if (isClumsy(record)) return;
  if ([400, 401, 403, 413, 415].includes(record.answer.status)) breaks(`${code} for a request that is right: ${record.answer.text}`, what);
};

const checkKeyRefusals = ({ operation, key, calls }: Ask, breaks: Break): void => {
  for (const record of calls) {
    const code = record.answer === undefined ? undefined : codeOf(record.answer);
    // When its caller hung up it ended for the caller alone: the function ran on, and met who came after.
    const others = calls.filter((other) => other !== record && (record.lost || other.sentAt <= record.endedAt));
    if (code === 'idempotency_key_reused' && others.every((other) => wordingOf(other) === wordingOf(record))) breaks('The key was reused by nobody.', `${operation} ${key}`);
    // A function that died holds its key until its lock expires; one that is told twice of its own lock finds it taken; and
    // one whose caller hung up runs on.
    const running = record.disturbed || others.some(({ endedAt, answer, disturbed, lost }) => endedAt >= record.sentAt || answer === undefined || disturbed || lost);
    if (code === 'idempotency_key_in_use' && !running) breaks('The key was in use by nobody.', `${operation} ${key}`);
  }
};

const owned = new Set<string>([
  routes.getPayment, routes.capturePayment, routes.cancelPayment, routes.getRefund, routes.getAccount, routes.createDeposit, routes.createWithdrawal, routes.freezeAccount,
  routes.unfreezeAccount, routes.closeAccount, routes.changeAccountLimit, routes.listAccountTransfers, routes.getTransfer, routes.reverseTransfer, routes.getPaymentTimeline,
].map(({ operation }) => operation));

/** What was answered once is found from then on, by its tenant. */
const checkFound = ({ answers }: Observation, breaks: Break): void => {
  const since = new Map<string, number>();
  for (const record of answers) {
    const id = record.answer === undefined ? undefined : resourceIn(record.answer);
    if (id !== undefined) since.set(`${tenantOfCall(record)} ${id}`, Math.min(record.endedAt, since.get(`${tenantOfCall(record)} ${id}`) ?? Infinity));
  }
  for (const record of answers) {
    const id = record.call.path?.['id'];
    if (id === undefined || record.answer?.status !== 404 || !owned.has(record.route.operation)) continue;
    if ((since.get(`${tenantOfCall(record)} ${id}`) ?? Infinity) < record.sentAt) breaks(`${record.route.operation} does not find what was answered before.`, id);
  }
};

export const noAnswerIsOutOfPlace = invariant(
  'no-answer-is-out-of-place', 'Every answer is one that its route declares, every refusal is earned, and what was answered once is found from then on.',
  (observation, breaks) => {
    for (const record of observation.answers) {
      if (record.answer === undefined) continue;
      const { answer } = record;
      checkShape({ ...record, answer }, breaks);
      checkReason({ ...record, answer }, breaks);
    }
    for (const ask of asksOf(observation)) checkKeyRefusals(ask, breaks);
    checkFound(observation, breaks);
  },
);
