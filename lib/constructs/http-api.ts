import { Duration, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat, ApiKeySourceType, AuthorizationType, CfnRestApi, EndpointType, LambdaIntegration, LogGroupLogDestination, MethodLoggingLevel,
  MockIntegration, PassthroughBehavior, RestApi, TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { allRoutes } from '../../lambdas/shared/contract/routes.ts';
import { productVersion } from '../project-root.ts';
import { ApiDomainName, onlyTls13 } from './api-domain-name.ts';
import { addGatewayProblems } from './gateway-problems.ts';
import type { UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { HttpService } from '../../lambdas/shared/contract/routes.ts';
import type { StageSettings } from '../stages.ts';
import type { ServiceFunction } from './service-function.ts';

type TierName = keyof StageSettings['tiers'];

interface HttpApiProps {
  readonly stage: StageSettings;
  readonly accessLogs: ILogGroup;
  readonly authorizer: ServiceFunction;
  readonly functions: Readonly<Record<HttpService, ServiceFunction>>;
}

export const API_STAGE = 'live';
/** Revoking a client takes effect within this time. */
const AUTHORIZER_CACHE = Duration.seconds(60);

/** The REST API: every route of the route table, each behind the authorizer and a usage plan, and `/v1/health`. */
export class HttpApi extends Construct {
  readonly api: RestApi;
  readonly usagePlans: Readonly<Record<TierName, UsagePlan>>;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    this.api = this.restApi(props);
    this.secureHostName();
    this.addRoutes(props);
    this.addHealth();
    addGatewayProblems(this.api);
    this.usagePlans = { standard: this.usagePlan('standard', props.stage), premium: this.usagePlan('premium', props.stage) };
    if (props.stage.domain !== undefined) new ApiDomainName(this, 'Domain', { domain: props.stage.domain, api: this.api });
  }

  private restApi({ stage, accessLogs }: HttpApiProps): RestApi {
    return new RestApi(this, 'Api', {
      restApiName: `payment-pipeline-${stage.name}`,
      description: 'Payments, accounts, fraud blocks, webhooks',
      endpointTypes: [EndpointType.REGIONAL],
      // The authorizer names the tenant's key, so that no client has to send one.
      apiKeySourceType: ApiKeySourceType.AUTHORIZER,
      disableExecuteApiEndpoint: stage.domain !== undefined,
      cloudWatchRole: true,
      deployOptions: {
        stageName: API_STAGE,
        tracingEnabled: true,
        metricsEnabled: true,
        // Execution logs can hold headers and bodies; the access log has the errors.
        loggingLevel: MethodLoggingLevel.OFF,
        throttlingRateLimit: stage.apiThrottle.ratePerSecond,
        throttlingBurstLimit: stage.apiThrottle.burst,
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
  }

  // RestApi of the CDK has no such properties yet. With a domain too: AWS advises the same policy for both.
  private secureHostName(): void {
    const api = this.api.node.defaultChild;
    if (!(api instanceof CfnRestApi)) throw new Error(`${this.node.path}: the API has no CfnRestApi to set a TLS policy on.`);
    api.securityPolicy = onlyTls13.securityPolicy;
    api.endpointAccessMode = onlyTls13.endpointAccessMode;
  }

  private addRoutes({ authorizer, functions }: HttpApiProps): void {
    const tokenAuthorizer = new TokenAuthorizer(this, 'Authorizer', { handler: authorizer.lambda, resultsCacheTtl: AUTHORIZER_CACHE });
    const options = { authorizer: tokenAuthorizer, authorizationType: AuthorizationType.CUSTOM, apiKeyRequired: true };
    const integrations = new Map(Object.entries(functions).map(([service, fn]) => [service, new LambdaIntegration(fn.lambda, { scopePermissionToMethod: false })]));
    for (const { resource, method, service } of allRoutes) {
      this.api.root.resourceForPath(resource).addMethod(method, integrations.get(service), options);
    }
  }

  private addHealth(): void {
    const body = JSON.stringify({ status: 'ok', version: productVersion(), region: Stack.of(this).region });
    const integration = new MockIntegration({
      passthroughBehavior: PassthroughBehavior.NEVER,
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
      integrationResponses: [{ statusCode: '200', responseTemplates: { 'application/json': body } }],
    });
    this.api.root.resourceForPath('/v1/health').addMethod('GET', integration, {
      authorizationType: AuthorizationType.NONE, apiKeyRequired: false, methodResponses: [{ statusCode: '200' }],
    });
  }

  private usagePlan(tier: TierName, { name, tiers }: StageSettings): UsagePlan {
    const { ratePerSecond, burst } = tiers[tier];
    return this.api.addUsagePlan(`${tier.charAt(0).toUpperCase()}${tier.slice(1)}Plan`, {
      name: `payment-pipeline-${name}-${tier}`,
      throttle: { rateLimit: ratePerSecond, burstLimit: burst },
      apiStages: [{ stage: this.api.deploymentStage }],
    });
  }
}

/** One line per request; nothing of headers, queries or bodies. */
const accessLog = {
  requestId: '$context.requestId',
  // Lambda's id of the invocation: the requestId that the caller sees in the answer, and the correlationId of the logs.
  functionRequestId: '$context.integration.requestId',
  authorizerRequestId: '$context.authorizer.requestId',
  at: '$context.requestTimeEpoch',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  resource: '$context.resourcePath',
  status: '$context.status',
  tenantId: '$context.authorizer.tenantId',
  clientId: '$context.authorizer.clientId',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  authorizerLatencyMs: '$context.authorizer.latency',
  authorizerError: '$context.authorizer.error',
  integrationError: '$context.integration.error',
  error: '$context.error.responseType',
  tlsVersion: '$context.tlsVersion',
  traceId: '$context.xrayTraceId',
};
