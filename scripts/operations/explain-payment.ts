import { timelineText } from './print-timeline.ts';
import { timelineAnswerSchema } from './timeline-answer.ts';
import type { ApiSession } from './api-session.ts';
import type { Paint } from './paint.ts';

interface Options {
  /** The API's answer as it is instead of a story. */
  readonly json: boolean;
  readonly paint: Paint;
}

/** The story of a payment. @throws what the session throws, and ZodError for an answer that is no timeline */
export const explainPayment = async (session: Pick<ApiSession, 'get'>, id: string, { json, paint }: Options): Promise<string> => {
  const answer = await session.get(`/v1/payments/${encodeURIComponent(id)}/timeline`);
  return json ? JSON.stringify(answer, undefined, 2) : timelineText(timelineAnswerSchema.parse(answer), paint);
};
