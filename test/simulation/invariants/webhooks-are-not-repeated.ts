import { invariant } from './violation.ts';
import type { Observation, WebhookRecord } from '../contract.ts';

/** A claim lasts 35 s, from before the attempt; the clocks of two functions may be 6 s apart, and an attempt takes time to begin. */
const CLAIM_HOLDS_MS = 20_000;

const isTaken = ({ answered }: WebhookRecord): boolean => typeof answered === 'number' && answered >= 200 && answered < 300;

/** When somebody asked for webhooks again, by API. */
const askedAgainAt = ({ answers }: Observation): readonly number[] =>
  answers.flatMap(({ route, sentAt }) => (['redeliver-webhook', 'redeliver-failed-webhooks'].includes(route.operation) ? [sentAt] : []));

export const webhooksAreNotRepeated = invariant(
  'webhooks-are-not-repeated', 'One attempt of a webhook is made at a time: what a receiver took does not come again, but after a crash, when its claim is over, or because somebody asks for it.',
  (observation, breaks) => {
    const asked = askedAgainAt(observation);
    for (const [id, all] of Map.groupBy(observation.webhooks, ({ headers }) => headers['webhook-id'] ?? '')) {
      all.forEach((webhook, index) => {
        const next = all[index + 1];
        if (next === undefined || !isTaken(webhook) || next.at - webhook.at >= CLAIM_HOLDS_MS) return;
        if (!asked.some((at) => at >= webhook.at - 60_000 && at <= next.at)) breaks(`It was taken, and came again after ${next.at - webhook.at} ms.`, id);
      });
    }
  },
);
