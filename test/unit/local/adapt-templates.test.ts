import { describe, expect, it } from '@jest/globals';
import { adaptTemplates } from '../../../local/adapt-templates.ts';
import type { JsonObject } from '../../../local/template.ts';

const endpoint = 'https://127.0.0.1:4566';
const stackOf = (resources: JsonObject, outputs?: JsonObject): JsonObject => ({
  Resources: resources,
  ...(outputs === undefined ? {} : { Outputs: outputs }),
});
const adapt = (templates: Readonly<Record<string, JsonObject>>) => adaptTemplates(templates, { endpoint });
const functionWith = (variables: JsonObject): JsonObject => ({
  Type: 'AWS::Lambda::Function',
  Properties: { MemorySize: 256, Environment: { Variables: variables } },
});

describe('adapting templates to the local engine', () => {
  it('leaves templates without anything to adapt exactly as they are', () => {
    const templates = {
      Data: stackOf(
        { Table: { Type: 'AWS::DynamoDB::Table', Properties: { Tags: [] }, DependsOn: ['Key'] }, Key: { Type: 'AWS::KMS::Key' } },
        { Name: { Value: { Ref: 'Table' } } },
      ),
    };
    const { templates: adapted, changes } = adapt(templates);
    expect(adapted).toEqual(templates);
    expect(changes).toEqual([]);
  });

  it('removes a refused resource and says so by type and path', () => {
    const archive = { Type: 'AWS::Events::Archive', Metadata: { 'aws:cdk:path': 'Pipeline/Archive/Resource' } };
    const { templates, changes } = adapt({ Pipeline: stackOf({ Archive: archive, Bus: { Type: 'AWS::Events::EventBus' } }) });
    expect(Object.keys(templates['Pipeline']?.['Resources'] ?? {})).toEqual(['Bus']);
    expect(changes).toEqual(['removed AWS::Events::Archive: Pipeline/Archive']);
  });

  it('removes every resource of a refused service', () => {
    const { templates } = adapt({
      Pipeline: stackOf({ App: { Type: 'AWS::CodeDeploy::Application' }, Canary: { Type: 'AWS::Synthetics::Canary' } }),
    });
    expect(templates['Pipeline']?.['Resources']).toEqual({});
  });

  it('removes alarms on metric math and keeps alarms on one metric', () => {
    const math = { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [{ Id: 'a', Expression: 'b + 1' }] } };
    const plain = { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } };
    const { templates } = adapt({ Operations: stackOf({ Math: math, Plain: plain }) });
    expect(templates['Operations']?.['Resources']).toEqual({ Plain: plain });
  });

  it('removes what refers to a removed resource: dependencies, list elements, parts of a text, properties', () => {
    const rest = {
      Topic: {
        Type: 'AWS::SNS::Topic',
        DependsOn: ['Outage', 'Key'],
        Properties: {
          Text: { 'Fn::Join': ['', ['["', { 'Fn::GetAtt': ['Outage', 'Arn'] }, '"]']] },
          List: ['a', { Ref: 'Outage' }],
          Only: { Ref: 'Outage' },
        },
      },
      Key: { Type: 'AWS::KMS::Key' },
    };
    const { templates, changes } = adapt({ Operations: stackOf({ Outage: { Type: 'AWS::CloudWatch::CompositeAlarm' }, ...rest }) });
    expect(templates['Operations']?.['Resources']).toEqual({
      Topic: { Type: 'AWS::SNS::Topic', DependsOn: ['Key'], Properties: { Text: { 'Fn::Join': ['', ['["', '"]']] }, List: ['a'] } },
      Key: { Type: 'AWS::KMS::Key' },
    });
    expect(changes).toContain('removed reference Operations.Topic.Properties.Only');
  });

  it('removes a function that lost an argument of its own', () => {
    const parameter = { Type: 'AWS::SSM::Parameter', Properties: { Value: { 'Fn::Select': [0, { Ref: 'Outage' }] }, Name: 'n' } };
    const { templates } = adapt({ Operations: stackOf({ Outage: { Type: 'AWS::CloudWatch::CompositeAlarm' }, Parameter: parameter }) });
    expect(templates['Operations']?.['Resources']).toEqual({ Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name: 'n' } } });
  });

  it('follows a removed resource through outputs into other stacks', () => {
    const outputs = { Alarm: { Value: { 'Fn::GetAtt': ['Outage', 'Arn'] }, Export: { Name: 'outage' } }, Other: { Value: 'kept' } };
    const weak = { 'Fn::GetStackOutput': { StackName: 'Pipeline', OutputName: 'Alarm' } };
    const { templates } = adapt({
      Pipeline: stackOf({ Outage: { Type: 'AWS::CloudWatch::CompositeAlarm' } }, outputs),
      Operations: stackOf(
        { Dashboard: { Type: 'AWS::CloudWatch::Dashboard', Properties: { Alarms: ['x', weak, { 'Fn::ImportValue': 'outage' }] } } },
        { Passed: { Value: weak } },
      ),
    });
    expect(templates['Pipeline']?.['Outputs']).toEqual({ Other: { Value: 'kept' } });
    expect(templates['Operations']).toEqual(stackOf({ Dashboard: { Type: 'AWS::CloudWatch::Dashboard', Properties: { Alarms: ['x'] } } }));
  });

  it('asks for no API key and keeps the rest of the method', () => {
    const method = (isRequired: boolean): JsonObject => ({
      Type: 'AWS::ApiGateway::Method',
      Properties: { ApiKeyRequired: isRequired, AuthorizationType: 'CUSTOM' },
    });
    const { templates, changes } = adapt({ Pipeline: stackOf({ Get: method(true), Options: method(false) }) });
    expect(templates['Pipeline']?.['Resources']).toEqual({ Get: method(false), Options: method(false) });
    expect(changes).toEqual(['changed ApiKeyRequired -> false: Pipeline/Get']);
  });

  it('points JWKS_URI to the engine and keeps the reference to the pool', () => {
    const pool = { 'Fn::GetStackOutput': { StackName: 'Data', OutputName: 'Pool' } };
    const uri = { 'Fn::Join': ['', ['https://cognito-idp.us-east-1.amazonaws.com/', pool, '/.well-known/jwks.json']] };
    const { templates } = adapt({ Pipeline: stackOf({ Authorizer: functionWith({ JWKS_URI: uri, TOKEN_ISSUER: 'i' }) }) });
    const local = { 'Fn::Join': ['', [`${endpoint}/`, pool, '/.well-known/jwks.json']] };
    expect(templates['Pipeline']?.['Resources']).toEqual({ Authorizer: functionWith({ JWKS_URI: local, TOKEN_ISSUER: 'i' }) });
  });

  it("leaves another issuer's JWKS_URI as it is", () => {
    const authorizer = functionWith({ JWKS_URI: 'https://issuer.example/.well-known/jwks.json' });
    expect(adapt({ Pipeline: stackOf({ Authorizer: authorizer }) }).templates['Pipeline']?.['Resources']).toEqual({
      Authorizer: authorizer,
    });
  });

  it('allows loopback webhooks only on functions that have the variable', () => {
    const { templates, changes } = adapt({
      Pipeline: stackOf({ Delivery: functionWith({ ALLOW_LOOPBACK_WEBHOOKS: 'false' }), Other: functionWith({ STAGE: 'dev' }) }),
    });
    expect(templates['Pipeline']?.['Resources']).toEqual({
      Delivery: functionWith({ ALLOW_LOOPBACK_WEBHOOKS: 'true' }),
      Other: functionWith({ STAGE: 'dev' }),
    });
    expect(changes).toEqual(['changed variable ALLOW_LOOPBACK_WEBHOOKS -> true: Pipeline/Delivery']);
  });

  it('counts the resources instead of naming them when there are many', () => {
    const methods = Object.fromEntries(
      ['A', 'B', 'C', 'D'].map((id) => [id, { Type: 'AWS::ApiGateway::Method', Properties: { ApiKeyRequired: true } }]),
    );
    expect(adapt({ Pipeline: stackOf(methods) }).changes).toEqual(['changed ApiKeyRequired -> false: 4 resources']);
  });
});
