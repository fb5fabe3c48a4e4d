import { formatAmount } from '../../lambdas/shared/money/amount.ts';
import { durationText } from './duration-text.ts';
import { sentenceOf } from './step-sentence.ts';
import type { Paint } from './paint.ts';
import type { TimelineAnswer, TimelineStep } from './timeline-answer.ts';

const SERVICE_WIDTH = 15;
const TIME_WIDTH = 12;

/** A story for a terminal: when since the request, who, and each step under the one that caused it; then what comes next. */
export const timelineText = (told: TimelineAnswer, paint: Paint): string =>
  [...heading(told, paint), '', ...stepLines(told, paint), '', ...againLines(told), ...nextLines(told, paint), ...findingLines(told, paint)].join('\n');

const heading = ({ paymentId, status, amount, payerAccountId, payeeAccountId, createdAt }: TimelineAnswer, paint: Paint): string[] => [
  `${paint.bold(paymentId)}  ${formatAmount(amount)}  ${paint.bold(status)}`,
  `from ${payerAccountId} to ${payeeAccountId}, accepted ${createdAt}`,
];

const stepLines = ({ steps, createdAt }: TimelineAnswer, paint: Paint): string[] => {
  const depths = depthsOf(steps);
  return steps.map((step) => {
    const since = `+${durationText(Date.parse(step.at) - Date.parse(createdAt))}`.padStart(TIME_WIDTH);
    const missing = step.eventLog === 'missing' ? paint.yellow('  (not in the event log)') : '';
    return `${since}  ${paint.dim(step.service.padEnd(SERVICE_WIDTH))}${'  '.repeat(depths.get(step.id) ?? 0)}${sentenceOf(step)}${missing}`;
  });
};

/** Causes come before their effects, so one pass knows all depths. */
const depthsOf = (steps: readonly TimelineStep[]): ReadonlyMap<string, number> => {
  const depths = new Map<string, number>();
  for (const { id, because } of steps) {
    const cause = because === null ? undefined : depths.get(because);
    depths.set(id, cause === undefined ? 0 : cause + 1);
  }
  return depths;
};

const again: Readonly<Record<string, string>> = {
  payments: 'the payment asked again', fraud: 'fraud answered again', ledger: 'the ledger answered again',
};
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const againLines = ({ saidAgain }: TimelineAnswer): string[] => {
  const told = Object.entries(saidAgain).filter(([, count]) => count > 0).map(([who, count]) => `${again[who] ?? who} ${times(count)}`);
  return told.length === 0 ? [] : [`again:  ${told.join(', ')}`];
};

const consequences: Readonly<Record<string, string>> = {
  held_for_review: 'a person is asked to decide',
  declined: 'it is declined',
  void_requested: 'the ledger is asked to give it up, unless the money has moved',
  expired: 'it expires, and what is held goes back',
};

const waitedFor: Readonly<Record<string, string>> = { reviewer: 'a reviewer', ledger: 'the ledger', capture: 'a capture or a cancel' };
const operations: Readonly<Record<string, string>> = { capture: 'capture', cancel: 'give the hold back', expire: 'give the hold back' };

const nextLines = (told: TimelineAnswer, paint: Paint): string[] => {
  const { waiting, readAt, webhooks } = told;
  const at = (time: string): string => {
    const left = Date.parse(time) - Date.parse(readAt);
    return `${time} (${left < 0 ? `${durationText(-left)} ago` : `in ${durationText(left)}`})`;
  };
  const { refunds } = told;
  const returning = refunds.flatMap(({ id, amount, waiting: wait }) => (wait === null ? [] : [
    `${paint.bold('next:')}   refund ${id} of ${formatAmount(amount)} waits for the ledger, since ${durationText(Date.parse(readAt) - Date.parse(wait.since))}`,
    ...waitLines(wait, at),
  ]));
  const sending = webhooks.pending > 0 ? [`${paint.bold('next:')}   ${webhooks.pending} webhook ${webhooks.pending === 1 ? 'delivery is' : 'deliveries are'} still tried`] : [];
  const beside = [...returning, ...sending];
  if (waiting === null) return beside.length > 0 ? beside : [`${paint.bold('next:')}   nothing, the payment has ended`];
  const { for: whom, operation, since, then } = waiting;
  return [
    `${paint.bold('next:')}   it waits for ${waitedFor[whom] ?? whom}${operation === undefined ? '' : ` to ${operations[operation] ?? operation}`}, since ${durationText(Date.parse(readAt) - Date.parse(since))}`,
    ...waitLines(waiting, at, then),
    ...beside,
  ];
};

type Wait = Pick<NonNullable<TimelineAnswer['waiting']>, 'asksAgainAt' | 'resolveBy' | 'answeredBy'>;

const waitLines = ({ answeredBy, asksAgainAt, resolveBy }: Wait, at: (time: string) => string, then?: string): string[] => [
  ...(answeredBy === undefined ? [] : [`        the answer is there (${answeredBy}) and has not been taken up yet`]),
  ...(asksAgainAt === undefined ? [] : [`        asks again at ${at(asksAgainAt)}`]),
  ...(resolveBy === undefined ? [] : [`        at ${at(resolveBy)}: ${then === undefined ? 'its deadline' : (consequences[then] ?? then)}`]),
];

const findingLines = ({ findings }: TimelineAnswer, paint: Paint): string[] =>
  findings.map(({ code, message }) => `${paint.red('wrong:')}  ${message} [${code}]`);
