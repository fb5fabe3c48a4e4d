import * as z from 'zod';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { insist } from './insist.ts';
import { currency, key, minor, name, performer, tenant } from './performer.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { Performer } from './performer.ts';

const reason = z.string();
const copies = z.int().default(1);

const open = performer(
  z.strictObject({ tenant, as: name, key, type: z.enum(['customer', 'merchant']), currency, overdraft: minor.exactOptional(), reference: z.string().exactOptional() }),
  async ({ caller, book }, { tenant: of, as, key: under, type, currency: in_, overdraft, reference }) => {
    const body = { type, currency: in_, ...(overdraft === undefined ? {} : { overdraftLimit: overdraft }), ...(reference === undefined ? {} : { reference }) };
    const answer = await insist(caller, routes.openAccount, { tenant: of, key: under, body });
    if (answer?.status === 201) book.note(as, String(answer.body['id']));
  },
);

const funds = (route: Route): Performer =>
  performer(
    z.strictObject({ tenant, as: name, key, account: name, amount: minor, currency, copies }),
    async ({ caller, book }, { tenant: of, as, key: under, account, amount, currency: in_, copies: times }) => {
      const id = await book.wait(account, caller);
      if (id === undefined) return;
      const once = () => insist(caller, route, { tenant: of, key: under, path: { id }, body: { amount: { value: amount, currency: in_ } } });
      for (const answer of await Promise.all(Array.from({ length: times }, once))) if (answer?.status === 201) book.note(as, String(answer.body['id']));
    },
  );

const reverse = performer(z.strictObject({ tenant, key, transfer: name, reason, copies }), async ({ caller, book }, { tenant: of, key: under, transfer, reason: why, copies: times }) => {
  const id = await book.wait(transfer, caller);
  if (id !== undefined) await Promise.all(Array.from({ length: times }, () => insist(caller, routes.reverseTransfer, { tenant: of, key: under, path: { id }, body: { reason: why } })));
});

const command = (route: Route): Performer =>
  performer(z.strictObject({ tenant, key, account: name, reason, copies }), async ({ caller, book }, { tenant: of, key: under, account, reason: why, copies: times }) => {
    const id = await book.wait(account, caller);
    if (id !== undefined) await Promise.all(Array.from({ length: times }, () => insist(caller, route, { tenant: of, key: under, path: { id }, body: { reason: why } })));
  });

const limit = performer(z.strictObject({ tenant, key, account: name, limit: minor }), async ({ caller, book }, { tenant: of, key: under, account, limit: overdraftLimit }) => {
  const id = await book.wait(account, caller);
  if (id !== undefined) await insist(caller, routes.changeAccountLimit, { tenant: of, key: under, path: { id }, body: { overdraftLimit } });
});

const charge = performer(z.strictObject({ tenant, currency, basisPoints: z.int(), fixed: minor }), async ({ caller }, { tenant: of, currency: id, ...body }) => {
  await insist(caller, routes.putFeeSchedule, { tenant: of, path: { id }, body });
});
const chargeNothing = performer(z.strictObject({ tenant, currency }), async ({ caller }, { tenant: of, currency: id }) => {
  await insist(caller, routes.deleteFeeSchedule, { tenant: of, path: { id } });
});

const block = performer(z.strictObject({ tenant, account: name, reason }), async ({ caller, book }, { tenant: of, account, reason: why }) => {
  const id = await book.wait(account, caller);
  if (id !== undefined) await insist(caller, routes.putBlock, { tenant: of, path: { id }, body: { reason: why } });
});
const unblock = performer(z.strictObject({ tenant, account: name }), async ({ caller, book }, { tenant: of, account }) => {
  const id = await book.wait(account, caller);
  if (id !== undefined) await insist(caller, routes.deleteBlock, { tenant: of, path: { id } });
});

export const accountSteps = {
  open, deposit: funds(routes.createDeposit), withdraw: funds(routes.createWithdrawal), reverse,
  freeze: command(routes.freezeAccount), unfreeze: command(routes.unfreezeAccount), close: command(routes.closeAccount), limit, charge, chargeNothing, block, unblock,
} as const satisfies Record<string, Performer>;
