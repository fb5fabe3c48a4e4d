import { describe, expect, it } from '@jest/globals';
import { alarmChecks } from './checks/alarms.ts';
import { apiChecks } from './checks/api.ts';
import { dashboardChecks } from './checks/dashboard.ts';
import { eventChecks } from './checks/events.ts';
import { functionChecks } from './checks/functions.ts';
import { queueChecks } from './checks/queues.ts';
import { relayChecks } from './checks/relays.ts';
import { storageChecks } from './checks/storage.ts';
import { synthesize } from './support/synthesize.ts';
import type { StageSettings } from '../../lib/stages.ts';

// Loading the CDK is what takes the time, so both stages are synthesized once and looked at from all sides here.
describe.each(['dev', 'prod'] as const)('the stacks of %s', (stage) => {
  const { assembly, deployed, findings, protectedStacks } = synthesize(stage);

  it('leave the packs nothing to find', () => {
    expect(findings).toEqual([]);
  });

  it('cannot be deleted by mistake when they hold data of prod', () => {
    expect(protectedStacks).toEqual(stage === 'prod' ? ['PaymentPipeline-prod-Data'] : []);
  });

  it('tell the names that tools need', () => {
    const names = ['RestApiId', 'ApiUrl', 'UserPoolId', 'TokenUrl', 'IdentityTableName', 'UsagePlanStandardId', 'UsagePlanPremiumId', 'AlarmTopicArn', 'PageTopicArn'];
    expect(names.filter((name) => assembly.output(name) === undefined)).toEqual([]);
  });

  describe('queues', () => queueChecks(assembly, stage));
  describe('events', () => eventChecks(assembly, stage));
  describe('relays', () => relayChecks(assembly));
  describe('alarms', () => alarmChecks(assembly, stage));
  describe('the dashboard', () => dashboardChecks(assembly, stage));
  describe('storage', () => storageChecks(assembly, stage));
  describe('API', () => apiChecks(assembly, stage));
  describe('functions', () => functionChecks(assembly, deployed));
});

describe('a stage with a domain and another token issuer', () => {
  const { assembly } = synthesize('prod', (settings) => ({
    ...settings,
    domain: { name: 'api.example.com', certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/1' },
    tokenIssuer: { issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/keys' },
  }));

  it('has the TLS 1.3 policy at its own host name too, and no execute-api endpoint', () => {
    expect(assembly.the('AWS::ApiGateway::DomainName', 'Http/Domain').properties).toMatchObject({
      DomainName: 'api.example.com', SecurityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09', EndpointAccessMode: 'STRICT',
    });
    expect(assembly.the('AWS::ApiGateway::RestApi', 'Http').properties).toMatchObject({
      DisableExecuteApiEndpoint: true, SecurityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09', EndpointAccessMode: 'STRICT',
    });
  });

  it('gives the authorizer that issuer', () => {
    expect(assembly.the('AWS::Lambda::Function', 'Identity/Authorizer').properties).toMatchObject({
      Environment: { Variables: { TOKEN_ISSUER: 'https://id.example.com', JWKS_URI: 'https://id.example.com/keys' } },
    });
  });
});

describe('a limit of the monthly charges', () => {
  const limited = (settings: StageSettings): StageSettings => ({ ...settings, alarms: { ...settings.alarms, monthlyChargesUsd: 500 } });

  it('is refused outside us-east-1, where its alarm would be silent for ever', () => {
    expect(() => synthesize('dev', limited)).toThrow('works in us-east-1 only, and this stack is in eu-central-1');
  });
});
