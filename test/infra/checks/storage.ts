import { expect, it } from '@jest/globals';
import { tables } from '../../../lambdas/shared/contract/storage.ts';
import { resourceServers } from '../../../lambdas/shared/contract/scopes.ts';
import { at, listAt } from '../support/assembly.ts';
import { account, region } from '../support/environment.ts';
import type { Assembly } from '../support/assembly.ts';

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const stateful = ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Cognito::UserPool', 'AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup', 'AWS::SNS::Topic'];
/** Deletion protection would make the rollback of a first deployment fail, so these are kept whatever happens. */
const protectedTypes = ['AWS::DynamoDB::Table', 'AWS::Cognito::UserPool'];
const dataKeys = { payments: 'PaymentsKey', ledger: 'LedgerKey', fraud: 'PaymentsKey', notifications: 'PaymentsKey', operations: 'IdentityKey', identity: 'IdentityKey' } as const;

export const storageChecks = (assembly: Assembly, stage: 'dev' | 'prod'): void => {
  const allTables = assembly.ofType('AWS::DynamoDB::Table');

  it.each(Object.entries(tables))('has the table of %s as its contract says', (name, { indexes, carriesEvents, expires }) => {
    const { properties } = assembly.the('AWS::DynamoDB::Table', `${capitalized(name)}Table`);
    expect(at(properties, 'KeySchema')).toEqual([{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }]);
    expect(at(properties, 'StreamSpecification')).toEqual(carriesEvents ? { StreamViewType: 'NEW_AND_OLD_IMAGES' } : undefined);
    expect(at(properties, 'TimeToLiveSpecification')).toEqual(expires ? { AttributeName: 'expiresAt', Enabled: true } : undefined);
    expect(listAt(properties, 'GlobalSecondaryIndexes')).toEqual(indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: [{ AttributeName: index.partitionKey, KeyType: 'HASH' }, { AttributeName: index.sortKey, KeyType: 'RANGE' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })));
  });

  it.each(['payments', 'ledger', 'fraud', 'notifications', 'operations'] as const)('has an idempotency table of %s: partition key only, expiring, without a stream', (name) => {
    const { properties } = assembly.the('AWS::DynamoDB::Table', `${capitalized(name)}IdempotencyTable`);
    expect(at(properties, 'KeySchema')).toEqual([{ AttributeName: 'pk', KeyType: 'HASH' }]);
    expect(at(properties, 'TimeToLiveSpecification')).toEqual({ AttributeName: 'expiresAt', Enabled: true });
    expect(at(properties, 'StreamSpecification')).toBeUndefined();
  });

  it.each(allTables.map((table) => [table.path, table] as const))('%s is on demand, recoverable to a point in time and encrypted with the key of its data', (_path, { path, properties }) => {
    const owner = Object.keys(dataKeys).find((name) => path.startsWith(capitalized(name))) as keyof typeof dataKeys;
    expect(properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: assembly.the('AWS::KMS::Key', dataKeys[owner]).arn },
      DeletionProtectionEnabled: stage === 'prod',
    });
  });

  it.each(stateful)('keeps every %s in prod, but not what a failed first deployment made, and takes all of dev away', (type) => {
    const found = assembly.ofType(type);
    expect(found.length).toBeGreaterThan(0);
    const kept = protectedTypes.includes(type) ? 'Retain' : 'RetainExceptOnCreate';
    expect(new Set(found.map(({ deletionPolicy }) => deletionPolicy))).toEqual(new Set([stage === 'prod' ? kept : 'Delete']));
    expect(new Set(found.map(({ updateReplacePolicy }) => updateReplacePolicy))).toEqual(new Set([stage === 'prod' ? 'Retain' : 'Delete']));
  });

  it('has a user pool that cannot be deleted in prod, at a host name that no other account has', () => {
    expect(at(assembly.the('AWS::Cognito::UserPool', 'TokenPool').properties, 'DeletionProtection')).toBe(stage === 'prod' ? 'ACTIVE' : 'INACTIVE');
    expect(at(assembly.the('AWS::Cognito::UserPoolDomain', 'TokenPool').properties, 'Domain')).toBe(`payment-pipeline-${stage}-${account}`);
  });

  it('rotates every key that can be rotated, gives a month to change one\'s mind about deleting it, and lets only services and the account itself use one', () => {
    for (const { properties, path } of assembly.ofType('AWS::KMS::Key')) {
      expect(at(properties, 'PendingWindowInDays')).toBe(30);
      if (path === 'CursorKey') expect(properties).toMatchObject({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
      else expect(at(properties, 'EnableKeyRotation')).toBe(true);
      for (const statement of listAt(properties, 'KeyPolicy', 'Statement')) {
        if (at(statement, 'Principal', 'Service') === undefined) expect(at(statement, 'Principal')).toEqual({ AWS: 'arn:aws:iam::123456789012:root' });
        else expect(at(statement, 'Condition')).toBeDefined();
      }
    }
  });

  it('lets CloudWatch Logs use the key of logs for log groups of this account and region only', () => {
    const statements = listAt(assembly.the('AWS::KMS::Key', 'OperationsKey').properties, 'KeyPolicy', 'Statement');
    expect(statements).toContainEqual(expect.objectContaining({
      Effect: 'Allow', Principal: { Service: `logs.${region}.amazonaws.com` },
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:*` } },
    }));
  });

  it('keeps no log for ever, and every log encrypted', () => {
    const { arn } = assembly.the('AWS::KMS::Key', 'OperationsKey');
    const groups = assembly.ofType('AWS::Logs::LogGroup');
    expect(groups).toHaveLength(assembly.ofType('AWS::Lambda::Function').length + 1);
    for (const { properties } of groups) expect(properties).toMatchObject({ RetentionInDays: stage === 'prod' ? 90 : 7, KmsKeyId: arn });
  });

  it('knows every scope in the user pool', () => {
    const servers = assembly.ofType('AWS::Cognito::UserPoolResourceServer').map(({ properties }) => properties);
    expect(Object.fromEntries(servers.map((server) => [String(at(server, 'Identifier')), listAt(server, 'Scopes').map((scope) => at(scope, 'ScopeName'))]))).toEqual(resourceServers);
  });
};
