import { describe, expect, it } from '@jest/globals';
import { explainPayment } from '../../../scripts/operations/explain-payment.ts';
import { durationText } from '../../../scripts/operations/duration-text.ts';
import { paintFor } from '../../../scripts/operations/paint.ts';
import type { TimelineAnswer, TimelineStep } from '../../../scripts/operations/timeline-answer.ts';

const ACCEPTED = Date.parse('2026-11-22T09:30:20.000Z');
const after = (milliseconds: number): string => new Date(ACCEPTED + milliseconds).toISOString();
const step = (id: string, milliseconds: number, service: string, what: string, because: string | null, given: Partial<TimelineStep> = {}): TimelineStep => ({
  id, at: after(milliseconds), service, what, because, detail: {}, ...given,
});

const answer = (given: Partial<TimelineAnswer> = {}): TimelineAnswer => ({
  paymentId: 'pay_1', status: 'succeeded', amount: { value: 4_250, currency: 'EUR' }, payerAccountId: 'acc_1', payeeAccountId: 'acc_2',
  createdAt: after(0), readAt: after(5_000), steps: [], waiting: null, refunds: [], saidAgain: { payments: 0, fraud: 0, ledger: 0 },
  webhooks: { delivered: 0, pending: 0, failed: 0 }, findings: [], ...given,
});

const explained = (given: Partial<TimelineAnswer>, isColoured = false): Promise<string> =>
  explainPayment({ get: async () => answer(given) }, 'pay_1', { json: false, paint: paintFor(isColoured) });

describe('npm run explain', () => {
  it('tells a story: when since the request, who, and each step under its cause', async () => {
    const steps = [
      step('request-1', 0, 'payments', 'PaymentRequested', null),
      step('pay_1-1', 0, 'payments', 'PaymentInitiated', 'request-1', { eventLog: 'logged' }),
      step('pay_1.case-1', 412, 'fraud', 'FraudAssessed', 'pay_1-1', { detail: { outcome: 'approve', riskScore: 0, riskLevel: 'low', reasons: [] } }),
      step('pay_1-2', 800, 'payments', 'PaymentApproved', 'pay_1.case-1'),
      step('pay_1.payment-1', 1_000, 'ledger', 'FundsTransferred', 'pay_1-2', { detail: { amountMinor: 4_250, currency: 'EUR' } }),
      step('pay_1-3', 61_500, 'payments', 'PaymentSucceeded', 'pay_1.payment-1', { eventLog: 'missing' }),
      step('del_1-1', 61_600, 'notifications', 'WebhookDeliveryRequested', 'pay_1-3', { detail: { endpointId: 'we_1', status: 'pending' } }),
      step('del_1.attempt-1', 61_700, 'notifications', 'WebhookAttemptFailed', 'del_1-1', { detail: { attempt: 1, httpStatus: 500, durationMs: 9 } }),
    ];
    expect((await explained({ steps, webhooks: { delivered: 0, pending: 1, failed: 0 } })).split('\n')).toEqual([
      'pay_1  42.50 EUR  succeeded',
      'from acc_1 to acc_2, accepted 2026-11-22T09:30:20.000Z',
      '',
      '    +0.000 s  payments       a payment is asked for (request request-1)',
      '    +0.000 s  payments         accepted: fraud is asked',
      '    +0.412 s  fraud              fraud says approve: risk 0, low',
      '    +0.800 s  payments             approved: the ledger is asked for the money',
      '    +1.000 s  ledger                 the money moves: 42.50 EUR',
      ' +1 min 01 s  payments                 succeeded  (not in the event log)',
      ' +1 min 01 s  notifications              webhook for we_1 (pending)',
      ' +1 min 01 s  notifications                attempt 1 failed: 500 after 9 ms',
      '',
      'next:   1 webhook delivery is still tried',
    ]);
  });

  it('ends with whom it waits for, what happens next and when, and what looks wrong', async () => {
    const lines = (await explained({
      status: 'processing',
      saidAgain: { payments: 5, fraud: 0, ledger: 1 },
      waiting: { for: 'ledger', since: after(0), asksAgainAt: after(25_000), resolveBy: after(86_400_000), then: 'void_requested', answeredBy: 'pay_1.payment-1' },
      findings: [{ code: 'asked_often', message: 'The payment has asked again 5 times.' }],
    })).split('\n');
    expect(lines.slice(-6)).toEqual([
      'again:  the payment asked again 5 times, the ledger answered again once',
      'next:   it waits for the ledger, since 5.000 s',
      '        the answer is there (pay_1.payment-1) and has not been taken up yet',
      '        asks again at 2026-11-22T09:30:45.000Z (in 20.000 s)',
      '        at 2026-11-23T09:30:20.000Z (in 23 h 59 min): the ledger is asked to give it up, unless the money has moved',
      'wrong:  The payment has asked again 5 times. [asked_often]',
    ]);
  });

  it('says of a payment that has ended that nothing comes next, and of a deadline that it passed', async () => {
    expect(await explained({})).toMatch(/next: {3}nothing, the payment has ended$/);
    expect(await explained({ waiting: { for: 'reviewer', since: after(0), resolveBy: after(1_000), then: 'declined' } })).toContain('(4.000 s ago): it is declined');
  });

  it('tells captures, what was given back and refunds, and what each of them waits for', async () => {
    const money = { currency: 'EUR', amountMinor: 4_000 };
    const told = await explained({
      status: 'authorized',
      steps: [
        step('hold', 0, 'ledger', 'FundsHeld', null, { detail: money }),
        step('pay_1-3', 10, 'payments', 'PaymentAuthorized', 'hold', { detail: { deadline: after(3_600_000) } }),
        step('request-2', 20, 'payments', 'CaptureAsked', null),
        step('pay_1-4', 20, 'payments', 'PaymentCaptureRequested', 'request-2', { detail: { ...money, n: 1, final: true } }),
        step('pay_1.capture.1-1', 30, 'ledger', 'FundsCaptured', 'pay_1-4', { detail: { ...money, feeMinor: 40, releasedMinor: 250 } }),
        step('ref_1.refund-1', 40, 'ledger', 'RefundTransferred', null, { detail: money }),
      ],
      waiting: { for: 'ledger', operation: 'capture', since: after(20) },
      refunds: [
        { id: 'ref_1', status: 'succeeded', amount: { value: 4_000, currency: 'EUR' }, waiting: null },
        { id: 'ref_2', status: 'pending', amount: { value: 50, currency: 'EUR' }, waiting: { since: after(1_000), asksAgainAt: after(25_000) } },
      ],
    });
    expect(told.split('\n').slice(3)).toEqual([
      '    +0.000 s  ledger         the money is held: 40.00 EUR',
      '    +0.010 s  payments         authorized: to be captured before 2026-11-22T10:30:20.000Z',
      '    +0.020 s  payments       a capture is asked for (request request-2)',
      '    +0.020 s  payments         capture 1: the ledger is asked for 40.00 EUR, the last',
      '    +0.030 s  ledger             captured: 40.00 EUR, for a fee of 0.40 EUR, and 2.50 EUR given back',
      '    +0.040 s  ledger         the money moves back: 40.00 EUR',
      '',
      'next:   it waits for the ledger to capture, since 4.980 s',
      'next:   refund ref_2 of 0.50 EUR waits for the ledger, since 4.000 s',
      '        asks again at 2026-11-22T09:30:45.000Z (in 20.000 s)',
    ]);
  });

  it('tells who decided and why where the API tells it, and a kind of step that it does not know', async () => {
    const told = await explained({
      steps: [
        step('request-2', 0, 'fraud', 'ReviewDecisionRequested', null, { detail: { decidedBy: 'client-1', reason: 'known' } }),
        step('x', 1, 'payments', 'PaymentExplored', 'gone', { detail: { depth: 3 } }),
      ],
    });
    expect(told).toContain('a person decides (request request-2): client-1, "known"');
    expect(told).toContain('PaymentExplored, depth 3');
  });

  it('has colours for a terminal alone', async () => {
    expect(await explained({}, true)).toContain('\u001b[1mpay_1\u001b[0m');
    expect(await explained({})).not.toContain('\u001b');
  });

  it('gives the very answer of the API as JSON, and asks for the payment it was told', async () => {
    const asked: string[] = [];
    const get = async (path: string): Promise<unknown> => {
      asked.push(path);
      return { more: 'than this command knows' };
    };
    expect(JSON.parse(await explainPayment({ get }, 'pay_/..', { json: true, paint: paintFor(false) }))).toEqual({ more: 'than this command knows' });
    expect(asked).toEqual(['/v1/payments/pay_%2F../timeline']);
  });

  it.each([[0, '0.000 s'], [59_999, '59.999 s'], [245_000, '4 min 05 s'], [9_000_000, '2 h 30 min'], [262_800_000, '3 d 01 h']])('says %d ms as %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });
});
