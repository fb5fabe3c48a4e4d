import { carriedBy } from './carried.ts';
import { saidIn, wereForgotten } from './said.ts';
import { invariant } from './violation.ts';

const CASE = '.case';
const answers = new Set(['FraudAssessed', 'ReviewDecided']);

/** Whoever asks again has not heard: what was said before the ask is no answer to it. One that has gone on since needs none. */
export const anAskIsAnswered = invariant(
  'an-ask-is-answered', 'Each time a payment asks for its assessment and fraud takes that up, fraud says the outcome after it.',
  (observation, breaks) => {
    if (wereForgotten(observation)) return;
    const said = saidIn(observation);
    const lastAnswer = new Map(said.filter(({ type }) => answers.has(type)).map(({ tenantid, subject, at }) => [`${tenantid} ${subject}`, at]));
    const [asked, wentOn] = [new Map<string, number>(), new Map<string, number>()];
    for (const { tenantid, id, subject, sequence, emission, type, at } of said) {
      const key = `${tenantid} ${id} ${emission}`;
      if (type === 'PaymentInitiated' && !asked.has(key)) asked.set(key, at);
      if (sequence === 2 && !wentOn.has(`${tenantid} ${subject}`)) wentOn.set(`${tenantid} ${subject}`, at);
    }
    const cases = new Set(carriedBy(observation).filter(({ type }) => type === 'FraudAssessed').map(({ tenant, aggregate }) => `${tenant} ${aggregate}`));
    for (const { queue, body, at } of observation.consumed) {
      if (queue !== 'fraud' || !body.includes('"PaymentInitiated"')) continue;
      const { tenantid, id, emission, subject } = JSON.parse(body) as { readonly tenantid: string; readonly id: string; readonly emission: number; readonly subject: string };
      const askedAt = asked.get(`${tenantid} ${id} ${emission}`);
      const of = `${tenantid} ${subject}${CASE}`;
      if (askedAt === undefined || !cases.has(of) || (wentOn.get(`${tenantid} ${subject}`) ?? at) < at) continue;
      const answeredAt = lastAnswer.get(of);
      if (answeredAt === undefined || answeredAt < askedAt) breaks(`It asked for its verdict as number ${emission}, and fraud, which took that up, said nothing after it.`, subject);
    }
  },
);
