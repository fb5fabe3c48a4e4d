import { routes } from '../shared/contract/routes.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { notFound } from '../shared/http/problem.ts';
import { isPaymentId } from '../shared/ids/ids.ts';
import { clock } from '../shared/time/clock.ts';
import { tellTimeline } from './tell-timeline.ts';
import { timelineView } from './timeline-view.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Endpoint } from '../shared/http/api-request.ts';
import type { PaymentRecordReader } from './payment-records.ts';

/** `/v1/payments/{id}/timeline`: every step of a payment with its cause, and what happens next. */
export const timelineEndpoints = (reader: PaymentRecordReader, deadlines: PaymentDeadlines): readonly Endpoint[] => [
  endpoint({
    route: routes.getPaymentTimeline,
    handle: async ({ caller: { tenant, scopes }, path }) => {
      const id = path['id'] ?? '';
      const records = isPaymentId(id) ? await reader.read(tenant, id) : undefined;
      if (records === undefined) throw notFound();
      const now = clock.now(tenant);
      // Who reviewed and in which words is for reviewers, here as in the list of reviews.
      return { status: 200, body: timelineView(tellTimeline(records, deadlines, now, { mayReadReviews: scopes.has('reviews/read') }), now) };
    },
  }),
];
