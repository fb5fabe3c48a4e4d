import { routes } from '../../lambdas/shared/contract/routes.ts';
import type { World } from './world.ts';

export const eur = (value: number): { readonly value: number; readonly currency: string } => ({ value, currency: 'EUR' });

let keys = 0;
/** A key that no request of this test file has had. */
export const newKey = (): string => {
  keys += 1;
  return `key-${keys}`;
};

interface Of {
  readonly tenant?: string;
}

/** @returns the id of a new account in EUR */
export const openAccount = async (world: World, type: 'customer' | 'merchant', of: Of = {}): Promise<string> => {
  const { status, body, text } = await world.call(routes.openAccount, { body: { type, currency: 'EUR' }, key: newKey(), ...of });
  if (status !== 201) throw new Error(text);
  return String(body['id']);
};

/** @returns the id of a new customer's account with so much on it, in cents */
export const openPayer = async (world: World, value: number, of: Of = {}): Promise<string> => {
  const id = await openAccount(world, 'customer', of);
  const { status, text } = await world.call(routes.createDeposit, { path: { id }, body: { amount: eur(value) }, key: newKey(), ...of });
  if (status !== 201) throw new Error(text);
  return id;
};

/** Who pays, with so much on the account, in cents, and who is paid. */
export const openPair = async (world: World, value: number, of: Of = {}): Promise<{ readonly payer: string; readonly payee: string }> => ({
  payer: await openPayer(world, value, of), payee: await openAccount(world, 'merchant', of),
});
