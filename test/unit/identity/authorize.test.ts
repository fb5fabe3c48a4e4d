import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FetchError } from 'aws-jwt-verify/error';
import { authorize } from '../../../lambdas/identity/authorize.ts';
import { clientKey } from '../../../lambdas/identity/client.ts';
import { dynamoDbClientStore } from '../../../lambdas/identity/dynamodb-client-store.ts';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { allScopes, roleScopes } from '../../../lambdas/shared/contract/scopes.ts';
import { connectionLost } from '../../support/aws/errors.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import { makeIssuer, verifierOver } from './tokens.ts';
import type { Authorization } from '../../../lambdas/identity/authorize.ts';
import type { TokenIssuer } from './tokens.ts';
import type { JWTPayload } from 'jose';

const table = tableNameOf('identity');
const claims = { token_use: 'access', client_id: 'client-1', scope: allScopes.join(' ') };

let issuer: TokenIssuer;
let stranger: TokenIssuer;
let aws: InMemoryAws;
let authorizeToken: (token: string) => Promise<Authorization>;
const authorizeClaims = async (changed: JWTPayload, options?: Parameters<TokenIssuer['sign']>[1]) => authorizeToken(await issuer.sign({ ...claims, ...changed }, options));

const addClient = async (clientId: string, changed: object = {}): Promise<void> => {
  const client = { clientId, tenantId: 'tenant01', role: 'merchant', usageKey: 'usage-1', tier: 'standard', status: 'active', name: 'Shop', createdAt: 1, ...changed };
  await dynamoDb().send(new PutItemCommand({ TableName: table, Item: marshall({ ...clientKey(clientId), ...client }) }));
};

beforeAll(async () => {
  [issuer, stranger] = await Promise.all([makeIssuer(), makeIssuer()]);
});
beforeEach(async () => {
  aws = new InMemoryAws({ now: () => 0 });
  createTables(aws, 'identity');
  useTransport(aws.requestHandler);
  const ports = { tokens: verifierOver(async () => issuer.jwks).verifier, clients: dynamoDbClientStore(table) };
  authorizeToken = (token) => authorize(ports, `Bearer ${token}`);
  await addClient('client-1');
});
afterAll(() => useTransport(undefined));

const refused = (refusal: string) => ({ allowed: false, refusal });

describe('who may come in', () => {
  it('knows tenant, role and usage key of a client by the identity table', async () => {
    expect(await authorizeClaims({ tenantId: 'tenant02', role: 'admin' })).toEqual({
      allowed: true, caller: { tenant: 'tenant01', clientId: 'client-1', role: 'merchant', scopes: roleScopes.merchant, usageKey: 'usage-1' },
    });
  });

  it.each<[string, string, string, readonly string[]]>([
    ['all of its role', 'merchant', allScopes.join(' '), roleScopes.merchant],
    ['some of its role', 'merchant', 'payments/read webhooks/write', ['payments/read', 'webhooks/write']],
    ['beyond its role', 'treasury', 'funds/write payments/write operations/write', ['funds/write']],
    ['unknown to us', 'admin', 'payments/read openid payments/admin', ['payments/read']],
    ['none', 'admin', '', []],
  ])('gives what both token and role allow: scopes %s', async (_name, role, scope, expected) => {
    await addClient('client-1', { role });
    const authorization = await authorizeClaims({ scope });
    expect(authorization.allowed && [...authorization.caller.scopes].sort()).toEqual([...expected].sort());
  });

  it('gives no scope to a token without any', async () => {
    const authorization = await authorizeToken(await issuer.sign({ token_use: 'access', client_id: 'client-1' }));
    expect(authorization).toMatchObject({ allowed: true, caller: { scopes: [] } });
  });

  it('takes the tokens of other issuers, which name the client azp and no use', async () => {
    const authorization = await authorizeToken(await issuer.sign({ azp: 'client-1', scope: 'payments/read' }));
    expect(authorization).toMatchObject({ allowed: true, caller: { clientId: 'client-1', scopes: ['payments/read'] } });
  });

  it('takes the scheme in any casing', async () => {
    const ports = { tokens: verifierOver(async () => issuer.jwks).verifier, clients: dynamoDbClientStore(table) };
    expect(await authorize(ports, `bearer ${await issuer.sign(claims)}`)).toMatchObject({ allowed: true });
  });
});

describe('who may not', () => {
  it.each([
    ['has expired', { expiresIn: -1 }],
    ['never expires', { expiresIn: 'never' }],
    ['is not valid yet', { notBefore: 600 }],
    ['is of another issuer', { issuer: 'https://issuer.example.com/other' }],
  ] as const)('rejects a token that %s', async (_name, options) => {
    expect(await authorizeClaims({}, options)).toEqual(refused('token_not_valid'));
  });

  it('rejects a token with a wrong signature, an unknown key, no signature or another text', async () => {
    const good = await issuer.sign(claims);
    const [header = '', payload = '', signature = ''] = good.split('.');
    const admin = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()) as object, client_id: 'admin-client' })).toString('base64url');
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: 'key-1' })).toString('base64url');
    const unknownKey = await (await makeIssuer('key-2')).sign(claims);
    const bad = [await stranger.sign(claims), unknownKey, `${header}.${payload}.`, `${none}.${payload}.`, `${header}.${admin}.${signature}`, 'not-a-token', 'a.b.c'];
    for (const token of bad) expect(await authorizeToken(token)).toEqual(refused('token_not_valid'));
    expect(aws.calls.filter(({ operation }) => operation === 'GetItem')).toEqual([]);
  });

  it.each(['id', 'refresh', '', 7])('rejects a token whose use is %j', async (use) => {
    expect(await authorizeClaims({ token_use: use })).toEqual(refused('not_an_access_token'));
  });

  it.each(['', 'a#CLIENT', 'line\nbreak', 'x'.repeat(257), 7, null])('rejects the client id %j', async (clientId) => {
    expect(await authorizeClaims({ client_id: clientId })).toEqual(refused('no_client'));
  });

  it('rejects a client that is unknown, revoked or has no role of ours', async () => {
    expect(await authorizeClaims({ client_id: 'client-2' })).toEqual(refused('client_unknown'));
    await addClient('client-3', { status: 'revoked' });
    expect(await authorizeClaims({ client_id: 'client-3' })).toEqual(refused('client_revoked'));
    for (const role of ['superuser', 'toString', '']) {
      await addClient('client-4', { role });
      expect(await authorizeClaims({ client_id: 'client-4' })).toEqual(refused('role_unknown'));
    }
  });

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearer a b', 'Bearer a,Bearer b'])('rejects the header %j', async (header) => {
    const ports = { tokens: { verify: () => Promise.reject(new Error('must not be asked')) }, clients: dynamoDbClientStore(table) };
    expect(await authorize(ports, header)).toEqual(refused('no_bearer_token'));
  });
});

describe('when it cannot be found out', () => {
  it('refuses to call it the caller’s fault when the keys cannot be fetched', async () => {
    const { verifier } = verifierOver(() => Promise.reject(new FetchError('the issuer', 'is away')));
    await expect(verifier.verify(await issuer.sign(claims))).rejects.toThrow('is away');
  });

  it('refuses to call it the caller’s fault when the client cannot be read', async () => {
    aws.intercept = () => {
      throw connectionLost();
    };
    await expect(authorizeClaims({})).rejects.toThrow('socket hang up');
  });

  it('rejects an item that is not a client, loudly', async () => {
    await addClient('client-1', { tenantId: 'X' });
    await expect(authorizeClaims({})).rejects.toThrow('tenantId');
  });
});

describe('the issuer’s keys', () => {
  it('are fetched once for many tokens', async () => {
    const { verifier, fetches } = verifierOver(async () => issuer.jwks);
    for (let index = 0; index < 5; index += 1) expect(await verifier.verify(await issuer.sign({ ...claims, index }))).toMatchObject({ index });
    expect(fetches()).toBe(1);
  });

  it('are fetched again when the issuer has a new one', async () => {
    const next = await makeIssuer('key-2');
    let keys = issuer.jwks;
    const { verifier, fetches } = verifierOver(async () => keys);
    await verifier.verify(await issuer.sign(claims));
    keys = next.jwks;
    expect(await verifier.verify(await next.sign(claims))).toMatchObject({ client_id: 'client-1' });
    expect(fetches()).toBe(2);
  });
});
