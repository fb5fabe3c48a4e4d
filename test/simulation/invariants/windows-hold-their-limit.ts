import { fraudLimits } from '../scenarios/settings.ts';
import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';

const windows = { minute: 16, hour: 13, day: 10 } as const;

/** Only verdicts that asked the windows for room: a person or the payment's end may have been first, and then nobody asks. */
export const windowsHoldTheirLimit = invariant(
  'windows-hold-their-limit', 'What fraud approved by itself had room in the minute, the hour and the day of its payer, in number and in money.',
  (observation, breaks) => {
    const taken = new Map<string, { readonly window: keyof typeof windows; readonly currency: string; count: number; sumMinor: number }>();
    for (const { tenant, verdict, review, fate, payment: { payerAccountId, createdAt, currency, amountMinor } } of recordsOf(observation).cases) {
      if (verdict?.outcome !== 'approve' || review !== undefined || fate !== undefined) continue;
      for (const window of Object.keys(windows) as (keyof typeof windows)[]) {
        const name = `${tenant} ${payerAccountId} ${currency} ${new Date(createdAt).toISOString().slice(0, windows[window])}`;
        const room = taken.get(name) ?? { window, currency, count: 0, sumMinor: 0 };
        taken.set(name, { ...room, count: room.count + 1, sumMinor: room.sumMinor + amountMinor });
      }
    }
    for (const [name, { window, currency, count, sumMinor }] of taken) {
      const limit = fraudLimits[currency]?.velocity[window];
      if (limit === undefined) breaks('It was approved in a currency that has no limits.', name);
      else if (count > limit.maxCount) breaks(`${count} were approved in a ${window} that has room for ${limit.maxCount}.`, name);
      else if (sumMinor > limit.maxAmountMinor) breaks(`${sumMinor} was approved in a ${window} that has room for ${limit.maxAmountMinor}.`, name);
    }
  },
);
