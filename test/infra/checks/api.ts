import { expect, it } from '@jest/globals';
import { allRoutes } from '../../../lambdas/shared/contract/routes.ts';
import { problemCodes } from '../../../lambdas/shared/http/problem-codes.ts';
import { stageNamed } from '../../../lib/stages.ts';
import { at, listAt, textsAt } from '../support/assembly.ts';
import type { Assembly, Resource } from '../support/assembly.ts';
import type { ProblemCode } from '../../../lambdas/shared/http/problem-codes.ts';

/** What each answer of API Gateway itself becomes. */
const gatewayCodes: Readonly<Record<string, ProblemCode>> = {
  UNAUTHORIZED: 'unauthorized', EXPIRED_TOKEN: 'unauthorized', INVALID_SIGNATURE: 'unauthorized',
  ACCESS_DENIED: 'access_denied', INVALID_API_KEY: 'access_denied', WAF_FILTERED: 'access_denied',
  MISSING_AUTHENTICATION_TOKEN: 'not_found', RESOURCE_NOT_FOUND: 'not_found',
  REQUEST_TOO_LARGE: 'payload_too_large', UNSUPPORTED_MEDIA_TYPE: 'unsupported_media_type',
  THROTTLED: 'too_many_requests', QUOTA_EXCEEDED: 'too_many_requests',
  INTEGRATION_FAILURE: 'service_unavailable', INTEGRATION_TIMEOUT: 'service_unavailable', AUTHORIZER_FAILURE: 'service_unavailable',
  AUTHORIZER_CONFIGURATION_ERROR: 'internal_error', API_CONFIGURATION_ERROR: 'internal_error', DEFAULT_5XX: 'internal_error',
  BAD_REQUEST_BODY: 'validation_failed', BAD_REQUEST_PARAMETERS: 'validation_failed', DEFAULT_4XX: 'validation_failed',
};

export const apiChecks = (assembly: Assembly, stage: 'dev' | 'prod'): void => {
  const resources = assembly.ofType('AWS::ApiGateway::Resource');
  const methods = assembly.ofType('AWS::ApiGateway::Method');
  const authorizer = assembly.the('AWS::ApiGateway::Authorizer', 'Http/Authorizer');

  const pathOf = (id: unknown): string => {
    const found = resources.find((resource) => resource.id === id)?.properties;
    return found === undefined ? '' : `${pathOf(at(found, 'ParentId'))}/${String(at(found, 'PathPart'))}`;
  };
  const nameOf = ({ properties }: Resource): string => `${String(at(properties, 'HttpMethod'))} ${pathOf(at(properties, 'ResourceId'))}`;

  it('has the routes of the route table and the health check, and no other', () => {
    expect(methods.map(nameOf).sort()).toEqual([...allRoutes.map(({ method, resource }) => `${method} ${resource}`), 'GET /v1/health'].sort());
  });

  it.each(allRoutes.map((route) => [`${route.method} ${route.resource}`, route] as const))('%s goes to its service, behind the authorizer and a usage plan', (name, route) => {
    const method = methods.find((candidate) => nameOf(candidate) === name)?.properties;
    expect(method).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: authorizer.id, ApiKeyRequired: true, Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST' } });
    const fn = assembly.the('AWS::Lambda::Function', `${route.service.charAt(0).toUpperCase()}${route.service.slice(1)}/Api`);
    expect(String(at(method, 'Integration', 'Uri'))).toContain(fn.arn);
    const permissions = assembly.ofType('AWS::Lambda::Permission').filter(({ properties }) => at(properties, 'FunctionName') === fn.arn);
    expect(permissions.map(({ properties }) => at(properties, 'Principal'))).toEqual(['apigateway.amazonaws.com']);
  });

  it('answers the health check itself, to everybody', () => {
    const method = methods.find((candidate) => nameOf(candidate) === 'GET /v1/health')?.properties;
    expect(method).toMatchObject({ AuthorizationType: 'NONE', ApiKeyRequired: false, Integration: { Type: 'MOCK' } });
    const body = at(method, 'Integration', 'IntegrationResponses', 0, 'ResponseTemplates', 'application/json');
    expect(JSON.parse(String(body))).toEqual({ status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+$/), region: 'eu-central-1' });
  });

  it('asks the authorizer with the Authorization header and believes its answer for a minute', () => {
    expect(authorizer.properties).toMatchObject({ Type: 'TOKEN', IdentitySource: 'method.request.header.Authorization', AuthorizerResultTtlInSeconds: 60 });
    const fn = assembly.the('AWS::Lambda::Function', 'Identity/Authorizer');
    expect(String(at(authorizer.properties, 'AuthorizerUri'))).toContain(fn.arn);
    expect(assembly.ofType('AWS::Lambda::Permission').some(({ properties }) => at(properties, 'FunctionName') === fn.arn)).toBe(true);
    const pool = assembly.the('AWS::Cognito::UserPool', 'TokenPool').id;
    expect(at(fn.properties, 'Environment', 'Variables')).toMatchObject({
      TOKEN_ISSUER: `https://cognito-idp.eu-central-1.amazonaws.com/${pool}`,
      JWKS_URI: `https://cognito-idp.eu-central-1.amazonaws.com/${pool}/.well-known/jwks.json`,
    });
  });

  it('throttles by the key that the authorizer names, one plan per tier', () => {
    expect(assembly.the('AWS::ApiGateway::RestApi', 'Http').properties).toMatchObject({ ApiKeySourceType: 'AUTHORIZER', EndpointConfiguration: { Types: ['REGIONAL'] } });
    const { tiers } = stageNamed(stage);
    const plans = assembly.ofType('AWS::ApiGateway::UsagePlan').map(({ properties }) => properties);
    expect(plans.map((plan) => at(plan, 'Throttle'))).toEqual(Object.values(tiers).map(({ ratePerSecond, burst }) => ({ RateLimit: ratePerSecond, BurstLimit: burst })));
    for (const plan of plans) expect(listAt(plan, 'ApiStages')).toHaveLength(1);
  });

  it('throttles all tenants together, whatever their plans are', () => {
    const { ratePerSecond, burst } = stageNamed(stage).apiThrottle;
    expect(at(assembly.the('AWS::ApiGateway::Stage', 'Http').properties, 'MethodSettings')).toEqual([
      expect.objectContaining({ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: ratePerSecond, ThrottlingBurstLimit: burst }),
    ]);
  });

  it('takes TLS 1.3 only, and only for the host name that was asked for', () => {
    expect(assembly.the('AWS::ApiGateway::RestApi', 'Http').properties).toMatchObject({
      SecurityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09', EndpointAccessMode: 'STRICT', DisableExecuteApiEndpoint: false,
    });
  });

  it('may write its access log: the account has a role for it', () => {
    const account = assembly.the('AWS::ApiGateway::Account', 'Http').properties;
    const role = assembly.the('AWS::IAM::Role', 'Http');
    expect(at(account, 'CloudWatchRoleArn')).toBe(role.arn);
    expect(textsAt(role.properties, 'ManagedPolicyArns')).toEqual(['arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs']);
    expect(JSON.stringify(at(role.properties, 'AssumeRolePolicyDocument'))).toContain('apigateway.amazonaws.com');
  });

  it('writes an access log without headers or bodies, traces and counts', () => {
    const { properties } = assembly.the('AWS::ApiGateway::Stage', 'Http');
    expect(properties).toMatchObject({ StageName: 'live', TracingEnabled: true });
    expect(listAt(properties, 'MethodSettings')[0]).toMatchObject({ MetricsEnabled: true, DataTraceEnabled: false, LoggingLevel: 'OFF' });
    expect(JSON.parse(String(at(properties, 'AccessLogSetting', 'Format')))).toMatchObject({
      requestId: '$context.requestId', tenantId: '$context.authorizer.tenantId',
      // The id that the function logs and answers with is Lambda's.
      functionRequestId: '$context.integration.requestId', authorizerRequestId: '$context.authorizer.requestId', tlsVersion: '$context.tlsVersion',
    });
    expect(String(at(properties, 'AccessLogSetting', 'Format'))).not.toMatch(/header|body|querystring/i);
  });

  it('answers what API Gateway refuses itself with problem details', () => {
    const answers = assembly.ofType('AWS::ApiGateway::GatewayResponse').map(({ properties }) => properties);
    expect(answers.map((answer) => at(answer, 'ResponseType')).sort()).toEqual(Object.keys(gatewayCodes).sort());
    for (const answer of answers) {
      const code = gatewayCodes[String(at(answer, 'ResponseType'))] ?? 'internal_error';
      const { status, title, retryable } = problemCodes[code];
      expect(at(answer, 'StatusCode')).toBe(String(status));
      expect(at(answer, 'ResponseParameters', 'gatewayresponse.header.Content-Type')).toBe("'application/problem+json'");
      expect(at(answer, 'ResponseParameters', 'gatewayresponse.header.Retry-After') !== undefined).toBe(status === 429 || status === 503);
      expect(JSON.parse(String(at(answer, 'ResponseTemplates', 'application/json')))).toEqual({
        type: `urn:payment-pipeline:problem:${code}`, title, status, code, retryable, detail: expect.any(String),
        instance: 'urn:request:$context.requestId', requestId: '$context.requestId',
      });
    }
  });
};
