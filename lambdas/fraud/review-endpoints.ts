import * as z from 'zod';
import { routes } from '../shared/contract/routes.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { keyReused } from '../shared/http/key-reused.ts';
import { listQuerySchema, listResponse } from '../shared/http/list-page.ts';
import { notFound, ProblemError } from '../shared/http/problem.ts';
import { lineSchema } from '../shared/http/text-schema.ts';
import { isPaymentId } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { decideReview } from './decide-review.ts';
import { hasReview } from './fraud-case.ts';
import type { Route } from '../shared/contract/routes.ts';
import type { ApiRequest, ApiResponse, Endpoint } from '../shared/http/api-request.ts';
import type { CursorSigner } from '../shared/http/list-page.ts';
import type { CaseStore } from './case-store.ts';
import type { DecideReview } from './decide-review.ts';
import type { ReviewedCase } from './fraud-case.ts';

export const decideReviewSchema = z.strictObject({
  /** For people; kept with the case, never in an event. */
  reason: lineSchema(500),
});

/** `/v1/reviews`: payments that a person is to decide. `{id}` is the payment's id. */
export const reviewEndpoints = (cases: CaseStore, signer: CursorSigner): readonly Endpoint[] => [
  endpoint({
    route: routes.listReviews,
    querySchema: listQuerySchema,
    handle: ({ caller, query }) =>
      listResponse(
        signer, { tenant: caller.tenant, operation: routes.listReviews.operation, filter: null }, query,
        async (page) => {
          const { items, ...rest } = await cases.listReviews(caller.tenant, page);
          return { items: items.filter(hasReview), ...rest };
        },
        reviewView,
      ),
  }),
  decision(cases, routes.approveReview, 'approved'),
  decision(cases, routes.declineReview, 'declined'),
];

const decision = (cases: CaseStore, route: Route, decided: DecideReview['decision']): Endpoint =>
  endpoint({ route, bodySchema: decideReviewSchema, handle: (request) => decide(cases, route, decided, request) });

const decide = async (
  cases: CaseStore, route: Route, decision: DecideReview['decision'], request: ApiRequest<z.infer<typeof decideReviewSchema>>,
): Promise<ApiResponse> => {
  const { caller, path, body, idempotencyKey, fingerprint, origin } = request;
  const paymentId = path['id'] ?? '';
  if (!isPaymentId(paymentId)) throw notFound();
  const result = await decideReview(cases, {
    tenant: caller.tenant, operation: route.operation, idempotencyKey, fingerprint, origin, paymentId, decision, reason: body.reason, actor: caller.clientId,
  });
  switch (result.kind) {
    case 'decided':
      return { status: 200, body: reviewView(result.decided), replayed: result.replayed };
    case 'not-found':
      throw notFound();
    case 'not-open':
      throw new ProblemError('review_not_open', 'The review was decided or closed before.', { extra: { reviewStatus: result.status } });
    case 'key-reused':
      throw keyReused(request, result.earlier);
  }
};

/** Reasons and score are the assessment's; while that is late there are none. */
const reviewView = ({ payment, verdict, review }: ReviewedCase) => ({
  paymentId: payment.paymentId,
  status: review.status,
  cause: review.cause,
  reasons: verdict?.reasons ?? [],
  ...(verdict === undefined ? {} : { riskScore: verdict.riskScore }),
  deadline: toRfc3339(review.deadline),
  ...(review.decidedBy === undefined ? {} : { decidedBy: review.decidedBy }),
  ...(review.decidedAt === undefined ? {} : { decidedAt: toRfc3339(review.decidedAt) }),
});
