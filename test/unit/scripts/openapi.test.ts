import { beforeAll, describe, expect, it } from '@jest/globals';
import { allRoutes, routes } from '../../../lambdas/shared/contract/routes.ts';
import { publicEventTypes } from '../../../lambdas/shared/events/registry.ts';
import { problemCodes } from '../../../lambdas/shared/http/problem-codes.ts';
import { routeNames } from '../../../scripts/openapi/operations.ts';
import { problemsOfEveryRoute } from '../../../scripts/openapi/problems.ts';
import { disagreements, document, faultsOf, operationOf, resolved } from './document-check.ts';
import { collectAnswers } from './openapi-story.ts';
import type { RouteName, Seen } from './openapi-story.ts';

let seen: readonly Seen[] = [];
beforeAll(async () => {
  seen = await collectAnswers();
}, 60_000);

const seenOf = (name: RouteName): readonly Seen[] => seen.filter((one) => one.name === name);
const isSuccess = ({ answer }: Seen): boolean => answer.status < 300;
const codeOf = ({ answer }: Seen): string => String(answer.body['code']);
const parametersOf = (name: RouteName) => (operationOf(routes[name]).parameters ?? []).map((parameter) => resolved(parameter));
const bodySchemaOf = (name: RouteName) => operationOf(routes[name]).requestBody?.content['application/json']?.schema;

describe('the routes of the document', () => {
  it('are those of the route table, and health', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(['GET /v1/health', ...allRoutes.map(({ method, resource }) => `${method} ${resource}`)].sort());
  });

  it.each(routeNames)('say of %s what the route table says', (name) => {
    const { operation, scope, idempotent, resource, method } = routes[name];
    const { operationId, security, requestBody } = operationOf(routes[name]);
    const required = (place: string) => parametersOf(name).filter((parameter) => parameter.in === place && parameter.required === true);
    expect([operationId, security]).toEqual([operation, [{ clientCredentials: [scope] }]]);
    expect(required('header').map((parameter) => parameter.name)).toEqual(idempotent ? ['Idempotency-Key'] : []);
    expect(required('path').map((parameter) => `{${parameter.name}}`)).toEqual(resource.match(/\{[^}]+\}/g) ?? []);
    expect(requestBody !== undefined).toBe(['POST', 'PUT', 'PATCH'].includes(method));
  });

  it('know every public event as a webhook', () => {
    expect(Object.keys(document.webhooks).sort()).toEqual([...publicEventTypes].sort());
  });
});

describe('the answers of the document', () => {
  it('were compared with a success of every route', () => {
    expect([...new Set(seen.filter(isSuccess).map(({ name }) => name))].sort()).toEqual([...routeNames].sort());
  });

  it('were compared with payments and transfers of every end, and with replays', () => {
    const told = (name: RouteName, member: string) => new Set(seenOf(name).filter(isSuccess).map(({ answer }) => answer.body[member]));
    expect(told('getPayment', 'status')).toEqual(new Set(['succeeded', 'declined', 'failed', 'in_review', 'authorized', 'canceled', 'expired']));
    expect(told('getTransfer', 'status')).toEqual(new Set(['posted', 'rejected', 'held']));
    expect(told('getTransfer', 'kind')).toEqual(new Set(['deposit', 'payment', 'hold', 'capture', 'release', 'withdrawal', 'correction', 'refund']));
    expect(told('getAccount', 'type')).toEqual(new Set(['customer', 'merchant', 'external']));
    expect(told('createWebhookEndpoint', 'status')).toEqual(new Set(['enabled', 'deleted']));
    const replays = seen.filter(({ answer }) => answer.headers['Idempotent-Replayed'] === 'true');
    expect(new Set(replays.map(({ name, answer }) => `${name} ${answer.status}`))).toEqual(
      new Set(['openAccount 201', 'createDeposit 201', 'createDeposit 422', 'createWithdrawal 201', 'createWithdrawal 422', 'reverseTransfer 201', 'reverseTransfer 422', 'freezeAccount 200', 'unfreezeAccount 200', 'closeAccount 200', 'changeAccountLimit 200', 'createPayment 202', 'capturePayment 202', 'cancelPayment 202', 'createRefund 202', 'createReconciliation 202', 'createWebhookEndpoint 201', 'approveReview 200', 'declineReview 200', 'redriveDeadLetters 200', 'republish 200', 'redeliverWebhook 202', 'redeliverFailedWebhooks 200', 'rotateWebhookSecret 200', 'testWebhookEndpoint 202']),
    );
  });

  it.each(routeNames)('are those that %s really gives: status, headers and every member of the body', (name) => {
    const compared = seenOf(name).map((one) => ({ ...one, faults: disagreements(routes[name], one.answer) }));
    expect(compared.length).toBeGreaterThan(0);
    expect(compared.filter(({ faults }) => faults.length > 0)).toEqual([]);
  });

  it('promise no problem that nothing answers', () => {
    const promised = routeNames.flatMap((name) => codesPromisedBy(name).map((code) => ({ name, code })));
    // API Gateway answers these on its own as well, in the same body.
    const ofGateway = new Set<string>(problemsOfEveryRoute);
    const unanswered = promised.filter(({ name, code }) => !ofGateway.has(code) && !seenOf(name).some((one) => codeOf(one) === code));
    expect(unanswered).toEqual([]);
    expect(new Set(promised.map(({ code }) => code))).toEqual(new Set(Object.keys(problemCodes)));
  });

  it.each(routeNames)('refuse an answer of %s with a member that is not described, at any depth', (name) => {
    for (const { answer } of seenOf(name)) {
      const changed = answer.text === '' || String(answer.headers['Content-Type']).startsWith('text/csv') ? [] : withStowaway(answer.body);
      expect(changed.filter((body) => disagreements(routes[name], { ...answer, text: JSON.stringify(body) }).length === 0)).toEqual([]);
    }
  });

  it('refuse an answer without a header that is promised, with another header, or with another status', () => {
    const { answer } = seenOf('createPayment').find(isSuccess)!;
    const { Location: _location, ...headers } = answer.headers;
    const changed = (change: object) => disagreements(routes.createPayment, { ...answer, ...change });
    expect(changed({ headers })).toEqual(['header Location is missing']);
    expect(changed({ headers: { ...answer.headers, 'X-New': '1' } })).toEqual(['header X-New is not described']);
    expect(changed({ status: 201 })).toEqual(['status 201 is not described']);
  });
});

describe('the requests of the document', () => {
  const withBody = routeNames.filter((name) => bodySchemaOf(name) !== undefined);
  it.each(withBody)('have every body that %s accepts, and no unknown member', (name) => {
    const bodies = seenOf(name).filter(isSuccess).map(({ options }) => JSON.parse(JSON.stringify(options.body)) as object);
    expect(bodies.length).toBeGreaterThan(0);
    for (const body of bodies) {
      expect(faultsOf(bodySchemaOf(name)!, body)).toEqual([]);
      expect(faultsOf(bodySchemaOf(name)!, { ...body, stowaway: 1 })).not.toEqual([]);
    }
  });

  it('refuse what the handlers refuse by code and the document by a keyword of its own', () => {
    const invalid = seen.filter(({ options }) => options.key?.startsWith('invalid-') === true);
    expect(invalid.map(codeOf)).toEqual(['validation_failed', 'validation_failed', 'validation_failed', 'validation_failed']);
    expect(invalid.filter(({ name, options }) => faultsOf(bodySchemaOf(name)!, options.body).length === 0)).toEqual([]);
  });

  it.each(routeNames)('bound the keys and queries of %s as the handler does', (name) => {
    // These are refused for what no schema can say, or before keys and queries are looked at.
    const elsewhere = ['unauthorized', 'insufficient_scope', 'cursor_invalid', 'instant_too_recent'];
    const wrong = seenOf(name).filter((one) => {
      const faults = parametersOf(name).flatMap(({ name: parameter, schema }) =>
        valueOf(one, parameter).flatMap((value) => faultsOf(schema, value)),
      );
      const refused = codeOf(one) === 'idempotency_key_invalid' || String(one.answer.body['param']).startsWith('?');
      return !elsewhere.includes(codeOf(one)) && refused !== faults.length > 0;
    });
    expect(wrong).toEqual([]);
  });
});

/** What was sent for a parameter that has bounds: one value or none. */
const valueOf = ({ options: { key, query } }: Seen, parameter: string): unknown[] => {
  const sent = parameter === 'Idempotency-Key' ? key : query?.[parameter];
  if (sent === undefined) return [];
  return [parameter === 'limit' ? Number(sent) : sent];
};

const codesPromisedBy = (name: RouteName): string[] =>
  Object.values(operationOf(routes[name]).responses).flatMap((described) => {
    const schema = resolved(described).content?.['application/problem+json']?.schema;
    if (schema === undefined) return [];
    const [, narrowing] = (schema as { allOf: [unknown, { properties: { code: { enum: string[] } } }] }).allOf;
    return narrowing.properties.code.enum;
  });

/** Copies of a body, each with an unknown member in one of its objects. Metadata is the caller's own. */
const withStowaway = (value: unknown): unknown[] => {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value)
    // Members that are whatever was put into them.
    .filter(([name]) => name !== 'metadata' && name !== 'details')
    .flatMap(([name, item]) => withStowaway(item).map((changed) => (Array.isArray(value) ? [changed] : { ...value, [name]: changed })));
  return Array.isArray(value) ? inside : [{ ...value, stowaway: 1 }, ...inside];
};
