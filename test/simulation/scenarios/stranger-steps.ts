import * as z from 'zod';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { marks } from '../marks.ts';
import { insist } from './insist.ts';
import { currency, key, name, performer, tenant } from './performer.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { ApiCall } from '../contract.ts';
import type { Performer } from './performer.ts';

type Try = readonly [route: Route, id: string, body?: Readonly<Record<string, unknown>>];

const amount = { value: 1, currency: 'EUR' };
const reason = marks.reason('stranger');

const onPayment = (id: string): readonly Try[] => [
  [routes.getPayment, id], [routes.getPaymentTimeline, id], [routes.capturePayment, id, {}], [routes.cancelPayment, id, {}],
  [routes.approveReview, id, { reason }], [routes.declineReview, id, { reason }], [routes.getTransfer, `${id}.payment`], [routes.getTransfer, `${id}.hold`],
];
const onAccount = (id: string): readonly Try[] => [
  [routes.getAccount, id], [routes.listAccountTransfers, id], [routes.createDeposit, id, { amount }], [routes.createWithdrawal, id, { amount }],
  [routes.freezeAccount, id, { reason }], [routes.unfreezeAccount, id, { reason }], [routes.closeAccount, id, { reason }], [routes.changeAccountLimit, id, { overdraftLimit: 1 }],
];
const onDeposit = (id: string): readonly Try[] => [[routes.getTransfer, id], [routes.reverseTransfer, id, { reason }]];
const onEndpoint = (id: string): readonly Try[] => [
  [routes.getWebhookEndpoint, id], [routes.changeWebhookEndpoint, id, { status: 'disabled' }], [routes.rotateWebhookSecret, id, {}], [routes.testWebhookEndpoint, id, {}],
  [routes.redeliverFailedWebhooks, id, { from: '2026-01-05T00:00:00.000Z', to: '2026-01-05T09:00:00.000Z' }], [routes.deleteWebhookEndpoint, id],
];
const lists = [
  routes.listPayments, routes.listRefunds, routes.listAccounts, routes.listReviews, routes.listEvents, routes.listWebhookEndpoints, routes.listWebhookDeliveries,
] as const;

/** Somebody of another tenant tries ids that are not its own on every route that commands or shows one thing by its id, and reads every list. */
const intrude = performer(
  z.strictObject({ tenant, key, payment: name, payer: name, own: name, deposit: name, refund: name, endpoint: name.exactOptional() }),
  async ({ caller, book }, { tenant: of, key: under, payment, payer, own, deposit, refund, endpoint }) => {
    const ids = await Promise.all([payment, payer, own, deposit].map((one) => book.wait(one, caller)));
    const [paymentId, payerId, ownId, depositId] = ids;
    if (paymentId === undefined || payerId === undefined || ownId === undefined || depositId === undefined) return;
    const endpointId = endpoint === undefined ? undefined : await book.wait(endpoint, caller);
    const tries = [...onPayment(paymentId), ...onAccount(payerId), ...onDeposit(depositId), ...(endpointId === undefined ? [] : onEndpoint(endpointId))];
    for (const [index, [route, id, body]] of tries.entries()) {
      const call: ApiCall = { tenant: of, path: { id }, ...(route.idempotent ? { key: `${under}-${index}` } : {}), ...(body === undefined ? {} : { body }) };
      await insist(caller, route, call);
    }
    const refundId = book.find(refund);
    if (refundId !== undefined) await insist(caller, routes.getRefund, { tenant: of, path: { id: refundId } });
    for (const route of lists) await insist(caller, route, { tenant: of });
    await insist(caller, routes.createRefund, { tenant: of, key: `${under}-refund`, body: { paymentId } });
    // From another's account: accepted, and then it is an account that does not exist.
    await insist(caller, routes.createPayment, { tenant: of, key: `${under}-steal`, body: { payerAccountId: payerId, payeeAccountId: ownId, amount } });
    await insist(caller, routes.createPayment, { tenant: of, key: `${under}-push`, body: { payerAccountId: ownId, payeeAccountId: payerId, amount } });
  },
);

/** A card number in one place after the other. */
const withCard = (body: object, key: string, card: string, place: number): Partial<ApiCall> =>
  ([
    { key, body: { ...body, description: `card ${card}` } }, { key, body: { ...body, reference: card } }, { key: `${key}-${card}`, body },
    { key, body: { ...body, metadata: { [`of ${card}`]: 'a friend' } } }, { key, body: { ...body, metadata: { card } } },
  ] as const)[place] ?? {};

/** Mistakes, one after the other; an actor that makes them has a name that begins with `clumsy`. */
const blunder = performer(z.strictObject({ tenant, key, payer: name, payee: name, currency }), async ({ caller, book }, { tenant: of, key: under, payer, payee, currency: in_ }) => {
  const [payerAccountId, payeeAccountId] = [await book.wait(payer, caller), await book.wait(payee, caller)];
  if (payerAccountId === undefined || payeeAccountId === undefined) return;
  const body = { payerAccountId, payeeAccountId, amount: { value: 5, currency: in_ } };
  const blunders: readonly Partial<ApiCall>[] = [
    { body }, { key: 'with a space', body }, { key: `${under}-1`, rawBody: '{"payerAccountId":' }, { key: `${under}-2`, body: { ...body, amount: { value: -5, currency: in_ } } },
    { key: `${under}-3`, body: { ...body, more: true } }, { key: `${under}-4`, body: { ...body, amount: { value: 1.5, currency: in_ } } },
    ...marks.cards.map((card, index) => withCard(body, `${under}-card-${index}`, card, index)),
    { key: `${under}-5`, body, headers: { 'Content-Type': 'text/plain' } }, { key: `${under}-6`, body, scopes: ['payments/read'] },
  ];
  for (const blundered of blunders) await insist(caller, routes.createPayment, { tenant: of, ...blundered });
  const listens = { tenant: of, body: { url: 'https://169.254.169.254/' } };
  await insist(caller, routes.createWebhookEndpoint, { ...listens, key: `${under}-url` });
  const named = { tenant: of, body: { type: 'customer', currency: in_, reference: marks.reference(of) } };
  await insist(caller, routes.openAccount, { tenant: of, key: `${under}-carded`, body: { type: 'customer', currency: in_, reference: marks.cards[0] } });
  for (const time of [1, 2]) await insist(caller, routes.openAccount, { ...named, key: `${under}-named-${time}` });
  await insist(caller, routes.createDeposit, { tenant: of, key: `${under}-currency`, path: { id: payerAccountId }, body: { amount: { value: 1, currency: in_ === 'EUR' ? 'JPY' : 'EUR' } } });
  await insist(caller, routes.unfreezeAccount, { tenant: of, key: `${under}-unfreeze`, path: { id: payerAccountId }, body: { reason } });
  await insist(caller, routes.getPayment, { tenant: of, path: { id: 'pay_00000000000000000000000000' } });
  await insist(caller, routes.listPayments, { tenant: of, query: { cursor: 'made-up' } });
});

export const strangerSteps = { intrude, blunder } as const satisfies Record<string, Performer>;
