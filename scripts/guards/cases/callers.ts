import type { Guard } from '../guard.ts';

const api = ['test/unit/payments/payments-api.test.ts'];
const authorizer = ['test/unit/identity/authorize.test.ts'];
const kernel = 'lambdas/shared/http/http-function.ts';
const reading = 'lambdas/shared/http/read-request.ts';

export const callerGuards: readonly Guard[] = [
  {
    name: 'an operation needs its scope',
    file: kernel,
    find: 'if (!caller.scopes.has(route.scope)) throw',
    replace: 'if (caller.scopes.size < 0) throw',
    tests: api,
  },
  {
    name: 'a request without a caller is refused',
    file: reading,
    find: "throw new ProblemError('unauthorized', 'The request was not authenticated.');",
    replace: "return { tenant: 'everyone', clientId: '', role: '', scopes: new Set(['payments/read', 'payments/write']) };",
    tests: ['test/unit/shared/read-request.test.ts'],
  },
  {
    name: 'a POST has an Idempotency-Key',
    file: reading,
    find: "if (value === undefined || value === '') throw",
    replace: "if (value === '') throw",
    tests: api,
  },
  {
    name: 'no card number gets in with a body',
    file: reading,
    find: 'const cards = findCardNumbers(raw);',
    replace: 'const cards: string[] = [];',
    tests: api,
  },
  {
    name: 'no card number gets in as a key',
    file: reading,
    find: 'if (holdsCardNumber(value)) throw',
    replace: 'if (holdsCardNumber(\'\')) throw',
    tests: api,
  },
  {
    name: 'a member that is twice in a body is refused',
    file: 'lambdas/shared/canonical/json.ts',
    find: '  refuseDuplicateMembers(text);',
    replace: '',
    tests: api,
  },
  {
    name: 'unknown fields of a payment are refused',
    file: 'lambdas/payments/payment-schemas.ts',
    find: '.strictObject({\n    payerAccountId',
    replace: '.object({\n    payerAccountId',
    tests: api,
  },
  {
    name: 'unknown parameters of a list are refused',
    file: 'lambdas/shared/http/list-page.ts',
    find: 'z.strictObject({',
    replace: 'z.object({',
    tests: api,
  },
  {
    name: 'a cursor is used only as it was given',
    file: 'lambdas/shared/http/list-page.ts',
    find: "|| !(await signer.verify(bound(scope, position), Buffer.from(signature, 'base64url')))",
    replace: '',
    tests: api,
  },
  {
    name: 'a cursor is good only for its tenant',
    file: 'lambdas/shared/http/list-page.ts',
    find: 'canonicalJson([tenant, operation, filter, position])',
    replace: 'canonicalJson([operation, filter, position])',
    tests: api,
  },
  {
    name: 'a fingerprint covers the path',
    file: kernel,
    find: 'fingerprint: fingerprintOf(raw, path)',
    replace: 'fingerprint: fingerprintOf(raw)',
    tests: ['test/unit/ledger/create-deposit.test.ts'],
  },
  {
    name: 'a remembered answer is for the same request',
    file: 'lambdas/shared/idempotency/run-once.ts',
    find: "payloadValidationJmesPath: 'fingerprint',",
    replace: '',
    tests: api,
  },
  {
    name: 'the cache may fail, the promise not',
    file: 'lambdas/shared/idempotency/run-once.ts',
    find: 'if (error instanceof IdempotencyPersistenceLayerError) return work();',
    replace: '',
    tests: api,
  },
  {
    name: 'a client that was revoked is not let in',
    file: 'lambdas/identity/authorize.ts',
    find: "if (client.status !== 'active') return refuse('client_revoked');",
    replace: '',
    tests: authorizer,
  },
  {
    name: 'a caller has only scopes that its token has too',
    file: 'lambdas/identity/authorize.ts',
    find: '.filter((allowed) => granted.has(allowed))',
    replace: '',
    tests: authorizer,
  },
  {
    name: 'only access tokens let in',
    file: 'lambdas/identity/authorize.ts',
    find: "if (tokenUse !== undefined && tokenUse !== 'access') return",
    replace: "if (tokenUse === 'access to nothing') return",
    tests: authorizer,
  },
  {
    name: 'a token has an end',
    file: 'lambdas/identity/authorize.ts',
    find: "if (claims?.['exp'] === undefined)",
    replace: 'if (claims === undefined)',
    tests: authorizer,
  },
];
