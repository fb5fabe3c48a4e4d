import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  captureId, deriveId, feeId, holdId, idPrefixes, isAccountId, isAnyId, isId, isPaymentId, isRefundId, isTenantId, isTransferId, isWebhookEndpointId, key, patternOf,
  paymentTransferId, PLATFORM_TENANT, refundTransferId, releaseId, shardOf, webhookDeliveryId,
} from '../../../lambdas/shared/ids/ids.ts';
import type { IdKind, PaymentId, RefundId, TenantId, TransferId } from '../../../lambdas/shared/ids/ids.ts';

const tenant = 'tenant01' as TenantId;
const kinds = Object.keys(idPrefixes) as IdKind[];
const idOf = (kind: IdKind, name = 'k1'): string => deriveId(kind, tenant, 'create', name);
const payment = idOf('payment') as PaymentId;
const refund = idOf('refund') as RefundId;

describe('a derived id', () => {
  // Ids of what was created before must be found again: these two may never change.
  it('is the same for ever', () => {
    expect(deriveId('payment', tenant, 'create-payment', 'k1')).toBe('pay_7qe0w9g97n5zmvakt9ecm26n8b');
    expect(webhookDeliveryId(tenant, 'event-1', 'endpoint-1')).toBe('del_7cvadeyghap660q2hhh1c06mxa');
  });

  it.each(kinds)('names its kind and is an id of that kind alone: %s', (kind) => {
    const id = idOf(kind);
    expect(id).toMatch(new RegExp(`^${idPrefixes[kind]}_[0-9abcdefghjkmnpqrstvwxyz]{26}$`));
    expect(kinds.filter((other) => isId(other, id))).toEqual([kind]);
    expect(isAnyId(id)).toBe(true);
  });

  it('is another for another tenant, operation or key, whatever characters stand where', () => {
    const text = fc.string({ maxLength: 4 });
    fc.assert(fc.property(fc.tuple(text, text, text), fc.tuple(text, text, text), (one, other) => {
      const [a, b] = [one, other].map(([owner, operation, name]) => deriveId('payment', owner as TenantId, operation, name));
      expect(a === b).toBe(JSON.stringify(one) === JSON.stringify(other));
    }));
  });

  it('is another for the delivery of another event or to another endpoint', () => {
    const ids = [['a', 'b'], ['b', 'a'], ['a","b', ''], ['a', 'c']].map(([event = '', endpoint = '']) => webhookDeliveryId(tenant, event, endpoint));
    expect(new Set(ids).size).toBe(4);
  });
});

describe('what is an id', () => {
  it.each([
    ['of another prefix', payment.replace('pay', 'acc')], ['that is too short', payment.slice(0, -1)], ['that is too long', `${payment}0`], ['with something before it', ` ${payment}`],
    ['in capitals', payment.toUpperCase()], ['with a letter that is read wrongly', `${payment.slice(0, -1)}l`], ['with a line after it', `${payment}\n`], ['that is empty', ''],
  ])('refuses one %s', (_what, text) => {
    expect(isPaymentId(text)).toBe(false);
  });

  it('is asked by kind', () => {
    const asked = [isPaymentId, isAccountId, isRefundId, isWebhookEndpointId];
    expect((['payment', 'account', 'refund', 'webhookEndpoint'] as const).map((kind) => asked.findIndex((is) => is(idOf(kind))))).toEqual([0, 1, 2, 3]);
    expect(patternOf('refund').test(refund)).toBe(true);
  });

  it('holds for ids and names of transfers as a whole, never for text that only has one inside', () => {
    expect([payment, `${payment}.hold`].map(isAnyId)).toEqual([true, true]);
    expect([`x${payment}`, `${payment}.`, `${payment} ${payment}`, '4111111111111111', ''].map(isAnyId)).toEqual([false, false, false, false, false]);
  });
});

describe('the name of a transfer', () => {
  it('is that of what asked for it', () => {
    expect([paymentTransferId(payment), holdId(payment), releaseId(payment), captureId(payment, 1), captureId(payment, 50), refundTransferId(refund)]).toEqual([
      `${payment}.payment`, `${payment}.hold`, `${payment}.release`, `${payment}.capture.1`, `${payment}.capture.50`, `${refund}.refund`,
    ]);
    expect(feeId(captureId(payment, 1))).toBe(`${payment}.capture.1.fee`);
  });

  it.each(['deposit', 'withdrawal', 'correction'] as const)('is the id itself of a %s, and there may be a fee', (kind) => {
    expect([idOf(kind), `${idOf(kind)}.fee`].map(isTransferId)).toEqual([true, true]);
    expect([`${idOf(kind)}.payment`, `x${idOf(kind)}`, `${idOf(kind)}.fee.fee`, `${idOf(kind)}0`].map(isTransferId)).toEqual([false, false, false, false]);
  });

  it.each([
    payment, `${payment}.refund`, `${payment}.capture`, `${payment}.capture.0`, `${payment}.capture.01`, `${payment}.capture.100`, `${payment}.capture.x`, `${payment}.capture.1x`,
    `${payment}xhold`, `${payment}.capturex1`, refund, `${refund}.payment`, `${refund}xrefund`, `${payment}.holdxfee`, `x${payment}.hold`, `${payment}.hold.`, `${payment}.hold\n`,
    idOf('account'), `${idOf('account')}.hold`, `${idOf('delivery')}.hold`, '',
  ])('refuses %p', (text) => {
    expect(isTransferId(text)).toBe(false);
  });

  it('refuses to be made of what can have no such transfer', () => {
    expect(() => captureId(payment, 0)).toThrow('Not a transfer id.');
    expect(() => captureId(payment, 100)).toThrow('Not a transfer id.');
    expect(() => holdId(refund as string as PaymentId)).toThrow('Not a transfer id.');
    expect(() => feeId(feeId(payment as string as TransferId))).toThrow('Not a transfer id.');
  });
});

describe('a tenant', () => {
  it.each([tenant, PLATFORM_TENANT, 'abcdefgh', '0'.repeat(32)])('may be called %p', (name) => {
    expect(isTenantId(name)).toBe(true);
  });

  it.each(['abcdefg', '0'.repeat(33), 'Tenant01', 'tenant-1', 'tenant#1', ' tenant01', 'tenant01\n', ''])('refuses to be called %p', (name) => {
    expect(isTenantId(name)).toBe(false);
  });
});

describe('a key', () => {
  it('has its parts apart', () => {
    expect([key('tenant01', 'P', payment), key('one')]).toEqual([`tenant01#P#${payment}`, 'one']);
  });

  it.each([[['a', '']], [['']], [['a#b', 'c']], [['a', '#']]])('refuses %j: a part that is empty or has the separator could be another tenant\'s', (parts) => {
    expect(() => key(...parts)).toThrow('A key part is empty or contains the separator.');
  });
});

describe('the shard of an id', () => {
  it('is the same for ever, and one of as many as there are', () => {
    expect(['a', 'b', 'c', payment].map((id) => shardOf(id, 8))).toEqual([2, 6, 3, 7]);
    const used = new Set(Array.from({ length: 200 }, (_, index) => shardOf(`id-${index}`, 8)));
    expect([...used].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
