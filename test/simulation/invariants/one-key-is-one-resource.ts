import { asksOf, codeOf, isDone, resourceIn, wordingOf } from './asks.ts';
import { invariant } from './violation.ts';

/** What may be said to a request under a key that was used for another one, beside that it was. */
const beforeTheKeyIsLooked = ['idempotency_key_in_use', 'service_unavailable', 'internal_error', 'validation_failed', 'not_found', 'payment_not_found', 'card_data_not_allowed'];

export const oneKeyIsOneResource = invariant(
  'one-key-is-one-resource', 'Every answer under one key names the same resource, in the same way, and only one request is served under it.',
  (observation, breaks) => {
    for (const { operation, key, calls } of asksOf(observation)) {
      const served = calls.flatMap((record) => {
        const resource = record.answer === undefined ? undefined : resourceIn(record.answer);
        return record.answer === undefined || resource === undefined ? [] : [{ resource, status: record.answer.status, wording: wordingOf(record) }];
      });
      const about = [`${operation} ${key}`, ...new Set(served.map(({ resource }) => resource))];
      if (new Set(served.map(({ resource }) => resource)).size > 1) breaks('Answers name different resources.', ...about);
      if (new Set(served.map(({ status }) => status)).size > 1) breaks(`Answers have the statuses ${[...new Set(served.map(({ status }) => status))].join(', ')}.`, ...about);
      const wordings = new Set(calls.filter(({ answer }) => answer !== undefined && (isDone(answer) || codeOf(answer) === 'transfer_rejected')).map(wordingOf));
      if (wordings.size > 1) breaks('Different requests were served.', ...about);
      const [first] = wordings;
      const servedAt = Math.min(...calls.filter(({ answer }) => answer !== undefined && isDone(answer)).map(({ endedAt }) => endedAt));
      for (const record of calls.filter(({ sentAt }) => sentAt > servedAt)) {
        const code = record.answer === undefined ? undefined : codeOf(record.answer);
        const isRefused = (record.answer?.status === 409 && code !== 'idempotency_key_in_use') || record.answer?.status === 422;
        if (isRefused && code !== 'transfer_rejected' && wordings.size === 1 && wordingOf(record) === first) breaks(`A request that was served is refused when it comes again: ${String(code)}.`, ...about);
      }
      for (const { answer } of first === undefined ? [] : calls.filter((record) => wordingOf(record) !== first)) {
        const code = answer === undefined ? undefined : codeOf(answer);
        // A command that is refused as things stand is not remembered, so the key is free for another until one is served.
        if (code !== undefined && code !== 'idempotency_key_reused' && answer?.status !== 409 && answer?.status !== 422 && !beforeTheKeyIsLooked.includes(code)) {
          breaks(`Another request under the key got ${code}.`, ...about);
        }
      }
    }
  },
);
