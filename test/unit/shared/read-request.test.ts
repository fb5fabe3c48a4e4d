import { describe, expect, it } from '@jest/globals';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { readCaller } from '../../../lambdas/shared/http/read-request.ts';
import { apiEvent, TENANT } from '../../support/api-event.ts';
import type { APIGatewayProxyEvent } from 'aws-lambda';

const event = (authorizer: object | null): APIGatewayProxyEvent => {
  const base = apiEvent(routes.listPayments);
  return { ...base, requestContext: { ...base.requestContext, authorizer } };
};
const context = { tenantId: TENANT, clientId: 'client-1', role: 'admin', scopes: 'payments/read payments/write' };

describe('the caller', () => {
  it('is who the authorizer says', () => {
    const scopes = new Set(['payments/read', 'payments/write']);
    expect(readCaller(event(context))).toEqual({ tenant: TENANT, clientId: 'client-1', role: 'admin', scopes });
  });

  it('has no scope where there is none', () => {
    expect(readCaller(event({ ...context, scopes: '' })).scopes.size).toBe(0);
  });

  it.each<[string, object | null]>([
    ['no authorizer', null],
    ['no tenant', { ...context, tenantId: undefined }],
    ['a tenant that would reach into keys', { ...context, tenantId: 'tenant01#P' }],
    ['no client', { ...context, clientId: undefined }],
    ['no role', { ...context, role: undefined }],
    ['no scopes', { ...context, scopes: undefined }],
  ])('refuses a request with %s', (_name, authorizer) => {
    expect(() => readCaller(event(authorizer))).toThrow(expect.objectContaining({ code: 'unauthorized' }));
  });
});
