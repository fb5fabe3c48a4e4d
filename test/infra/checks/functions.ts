import { expect, it } from '@jest/globals';
import { at, listAt, textsAt } from '../support/assembly.ts';
import { settingsReadBy } from '../support/settings-read.ts';
import { roleStatements } from '../support/policies.ts';
import type { Assembly } from '../support/assembly.ts';

/** Where each function's handler is. */
export const functions = {
  'Payments/Api': 'payments/payments-api.handler.ts',
  'Payments/Payments/Consumer': 'payments/payments-consumer.handler.ts',
  'Payments/Due/Sweeper': 'payments/payments-sweeper.handler.ts',
  'Payments/Outbox/Relay': 'payments/payments-relay.handler.ts',
  'Payments/Outbox/Retelling': 'payments/payments-retelling.handler.ts',
  'Ledger/Api': 'ledger/ledger-api.handler.ts',
  'Ledger/Ledger/Consumer': 'ledger/ledger-consumer.handler.ts',
  'Ledger/Outbox/Relay': 'ledger/ledger-relay.handler.ts',
  'Ledger/Outbox/Retelling': 'ledger/ledger-retelling.handler.ts',
  'Fraud/Api': 'fraud/fraud-api.handler.ts',
  'Fraud/Fraud/Consumer': 'fraud/fraud-consumer.handler.ts',
  'Fraud/Reviews/Consumer': 'fraud/reviews-consumer.handler.ts',
  'Fraud/Due/Sweeper': 'fraud/fraud-sweeper.handler.ts',
  'Fraud/Outbox/Relay': 'fraud/fraud-relay.handler.ts',
  'Fraud/Outbox/Retelling': 'fraud/fraud-retelling.handler.ts',
  'Notifications/Api': 'notifications/notifications-api.handler.ts',
  'Notifications/Notifications/Consumer': 'notifications/notifications-consumer.handler.ts',
  'Notifications/Deliveries/Consumer': 'notifications/delivery.handler.ts',
  'Notifications/Due/Sweeper': 'notifications/notifications-sweeper.handler.ts',
  'Notifications/Outbox/Relay': 'notifications/notifications-relay.handler.ts',
  'Notifications/Outbox/Retelling': 'notifications/notifications-retelling.handler.ts',
  'Operations/Api': 'operations/operations-api.handler.ts',
  'Operations/Outbox/Relay': 'operations/operations-relay.handler.ts',
  'Operations/Outbox/Retelling': 'operations/operations-retelling.handler.ts',
  'Operations/Reconciliation/Reconciler': 'operations/operations-reconciler.handler.ts',
  'Identity/Authorizer': 'identity/authorizer.handler.ts',
} as const;

const ofEveryFunction = ['POWERTOOLS_LOG_LEVEL', 'POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME', 'STAGE'];
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
const reserved = /^(AWS_|LAMBDA_|_)|^TZ$/;

/** Lambda measures the variables as JSON: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_ENVIRONMENT_BYTES = 4_096;
/** For a region or a stack with a longer name, and the next variable. */
const MARGIN_BYTES = 400;

/** Settings that Node reads itself. */
const readByNode: Readonly<Record<string, readonly string[]>> = { 'Notifications/Deliveries/Consumer': ['UV_THREADPOOL_SIZE'] };

export const functionChecks = (assembly: Assembly, deployed: Assembly): void => {
  const all = assembly.ofType('AWS::Lambda::Function');

  it('are these and no other', () => {
    expect(all.map(({ path }) => path.replace(/\/Function$/, '')).sort()).toEqual(Object.keys(functions).sort());
  });

  it.each(Object.entries(functions))('%s has exactly the settings that its code reads', (path, entry) => {
    const variables = Object.keys(at(assembly.the('AWS::Lambda::Function', path).properties, 'Environment', 'Variables') as object);
    expect(variables.sort()).toEqual([...ofEveryFunction, ...settingsReadBy(`lambdas/${entry}`), ...(readByNode[path] ?? [])].sort());
    expect(variables.filter((name) => reserved.test(name))).toEqual([]);
  });

  it.each(Object.keys(functions))('%s has variables that fit into 4 KB with room to spare, with names as long as AWS makes them', (path) => {
    const variables = at(deployed.the('AWS::Lambda::Function', path).properties, 'Environment', 'Variables');
    expect(Buffer.byteLength(JSON.stringify(variables))).toBeLessThanOrEqual(MAX_ENVIRONMENT_BYTES - MARGIN_BYTES);
  });

  it('run on Node 24 and arm64, traced, each with its own role and log group, and answer before API Gateway gives up', () => {
    for (const { path, properties } of all) {
      expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], TracingConfig: { Mode: 'Active' } });
      // What nobody waits for may take long at a stretch.
      expect(Number(at(properties, 'Timeout'))).toBeLessThanOrEqual(path.includes('Reconciler') ? 300 : 60);
    }
    for (const path of ['Payments/Api', 'Ledger/Api', 'Fraud/Api', 'Notifications/Api', 'Operations/Api', 'Identity/Authorizer']) {
      expect(Number(at(assembly.the('AWS::Lambda::Function', path).properties, 'Timeout'))).toBeLessThan(29);
    }
    for (const shared of ['Role', 'LoggingConfig']) expect(new Set(all.map(({ properties }) => JSON.stringify(at(properties, shared)))).size).toBe(all.length);
  });

  it('may use no wildcard action, no managed policy, and any resource only where the action knows none', () => {
    const withoutResource = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'dynamodb:ListStreams'];
    for (const fn of all) {
      for (const statement of roleStatements(assembly, fn)) {
        expect(textsAt(statement, 'Action').filter((action) => action.includes('*'))).toEqual([]);
        if (textsAt(statement, 'Resource').includes('*')) expect(textsAt(statement, 'Action').filter((action) => !withoutResource.includes(action))).toEqual([]);
        // The engine does not know it and AWS only in part of the actions: tenants are kept apart by the code's keys.
        expect(JSON.stringify(statement)).not.toContain('dynamodb:LeadingKeys');
      }
      const role = assembly.ofType('AWS::IAM::Role').find(({ path }) => fn.path.startsWith(path.replace(/\/Role$/, '')));
      expect(listAt(role?.properties, 'ManagedPolicyArns')).toEqual([]);
    }
  });

  it('never deliver webhooks to this machine itself', () => {
    const values = all.map(({ properties }) => at(properties, 'Environment', 'Variables', 'ALLOW_LOOPBACK_WEBHOOKS')).filter((value) => value !== undefined);
    expect(values).toEqual(['false', 'false']);
  });
};
