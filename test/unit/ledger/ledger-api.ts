import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, jest } from '@jest/globals';
import { dynamoDbFeeScheduleStore } from '../../../lambdas/ledger/dynamodb-fee-schedules.ts';
import { dynamoDbOpeningStore } from '../../../lambdas/ledger/dynamodb-opening-store.ts';
import { ledgerEndpoints } from '../../../lambdas/ledger/ledger-endpoints.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { httpFunction } from '../../../lambdas/shared/http/http-function.ts';
import { runOnceIn } from '../../../lambdas/shared/idempotency/run-once.ts';
import { isAccountId } from '../../../lambdas/shared/ids/ids.ts';
import { apiEvent, lambdaContext, parsed } from '../../support/api-event.ts';
import { idempotencyTableOf } from '../../support/tables.ts';
import { breaksOf, leaveWorld, ledgerWorld, START, TENANT } from './ledger-world.ts';
import type { AccountId } from '../../../lambdas/shared/ids/ids.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { LedgerWorld } from './ledger-world.ts';

export type RouteName = { [Name in keyof typeof routes]: (typeof routes)[Name]['service'] extends 'ledger' ? Name : never }[keyof typeof routes];
export type CallOptions = Parameters<typeof apiEvent>[1];

export const OTHER = 'tenant02';
export const openBody = { type: 'customer', currency: 'EUR' };
export const amount = (value: unknown, currency: unknown = 'EUR') => ({ amount: { value, currency } });

const macOf = (text: string): Buffer => createHmac('sha256', 'test').update(text).digest();
const signer = { sign: async (text: string) => macOf(text), verify: async (text: string, mac: Uint8Array) => macOf(text).equals(mac) };
const DAY_MS = 24 * 3_600_000;
const realTimers = ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] as const;

/** The ledger's HTTP function, as API Gateway calls it, on a ledger of its own for each test; its books are checked after each. */
export const ledgerForEachTest = () => {
  let world = ledgerWorld();
  let handler = handlerOf(world);
  const call = async (route: RouteName, options?: CallOptions): Promise<ParsedAnswer> => parsed(await handler(apiEvent(routes[route], options), lambdaContext()));

  beforeEach(() => {
    world = ledgerWorld();
    handler = handlerOf(world);
    // Powertools reads the system's clock for the expiry of its records: it is held, timers are not.
    jest.useFakeTimers({ now: START, doNotFake: [...realTimers] });
  });
  afterEach(() => {
    jest.useRealTimers();
    expect(breaksOf(world)).toEqual([]);
    leaveWorld();
  });

  return {
    get world(): LedgerWorld {
      return world;
    },
    call,
    opened: async (key: string, body: Record<string, unknown> = openBody, tenant: string = TENANT): Promise<AccountId> => {
      const id = String((await call('openAccount', { body, key, tenant })).body['id']);
      if (!isAccountId(id)) throw new Error('no account was opened');
      return id;
    },
    deposit: (id: string, body: Record<string, unknown>, key: string, tenant: string = TENANT) => call('createDeposit', { path: { id }, body, key, tenant }),
    /** Moves from an account, or does something with it or with a transfer, by the name of the route. */
    send: (route: RouteName, id: string, body: Record<string, unknown>, key: string, tenant: string = TENANT) => call(route, { path: { id }, body, key, tenant }),
    /** A function that was started anew, with the environment as it is now. */
    renew: (): void => {
      handler = handlerOf(world);
    },
    /** So much later that no response is remembered. */
    forget: (): void => {
      world.advance(400 * DAY_MS);
      jest.setSystemTime(world.now());
    },
  };
};

const handlerOf = ({ accounts, transfers, table }: LedgerWorld) =>
  httpFunction({ endpoints: ledgerEndpoints({ accounts, transfers, openings: dynamoDbOpeningStore(table), fees: dynamoDbFeeScheduleStore(table), signer }), runOnce: runOnceIn(idempotencyTableOf('ledger')) });
