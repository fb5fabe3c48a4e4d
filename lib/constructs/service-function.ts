import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, CfnFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { projectRoot } from '../project-root.ts';
import { Alarm } from './alarm.ts';
import { bundling } from './bundling.ts';
import { METRICS_NAMESPACE } from './service-metric.ts';
import type { EnvironmentVariable } from '../../lambdas/shared/contract/environment.ts';
import type { ServiceName } from '../../lambdas/shared/contract/storage.ts';
import type { AlarmProps } from './alarm.ts';
import type { Platform } from './platform.ts';

export interface ServiceFunctionProps {
  readonly platform: Platform;
  readonly service: ServiceName;
  /** Path from the project's root; exports `handler`. */
  readonly entry: `lambdas/${string}.handler.ts`;
  readonly description: string;
  readonly timeout: Duration;
  readonly memoryMb: number;
  /** Of an invocation that failed as a whole. */
  readonly errorImpact: string;
  /** @default 'function-errors.md' */
  readonly runbook?: AlarmProps['runbook'];
  /** @default 1: every failed invocation alarms */
  readonly errorsPerMinute?: number;
}

/** Name in a function's metadata: path of its handler file from the project's root. */
const ENTRY_METADATA = 'entry';

export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A Lambda function of a service: own role with nothing but its grants, own log group, tracing, an alarm on its errors. */
export class ServiceFunction extends Construct {
  readonly lambda: NodejsFunction;
  readonly logGroup: LogGroup;
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { stage, operationsKey } = props.platform;
    this.timeout = props.timeout;
    this.logGroup = new LogGroup(this, 'Logs', { retention: stage.logRetention, removalPolicy: stage.removalPolicy, encryptionKey: operationsKey });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), description: props.description });
    this.lambda = new NodejsFunction(this, 'Function', {
      entry: join(projectRoot, props.entry),
      handler: 'handler',
      description: props.description,
      depsLockFilePath: join(projectRoot, 'package-lock.json'),
      projectRoot,
      bundling,
      awsSdkConnectionReuse: false,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      tracing: Tracing.ACTIVE,
      role,
      logGroup: this.logGroup,
      environment: {
        [environment.stage]: stage.name,
        POWERTOOLS_SERVICE_NAME: props.service,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        POWERTOOLS_LOG_LEVEL: stage.logLevel,
      },
    });
    this.nameEntry(props.entry);
    this.allow({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.logGroup.logGroupArn] });
    new Alarm(this, 'ErrorsAlarm', {
      platform: props.platform,
      metric: this.lambda.metricErrors({ period: Duration.minutes(1), statistic: 'Sum' }),
      threshold: props.errorsPerMinute ?? 1,
      errorImpact: props.errorImpact,
      runbook: props.runbook ?? 'function-errors.md',
    });
    new Alarm(this, 'ThrottlesAlarm', {
      platform: props.platform,
      metric: this.lambda.metricThrottles({ period: Duration.minutes(1), statistic: 'Sum' }),
      threshold: 1,
      evaluationPeriods: 2,
      errorImpact: `${props.errorImpact} Lambda refuses to run it: no concurrency is left.`,
      runbook: 'lambda-throttles.md',
    });
  }

  allow({ actions, resources, conditions = {} }: Grant): void {
    this.lambda.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources], conditions }));
  }

  set(name: EnvironmentVariable, value: string): void {
    this.lambda.addEnvironment(name, value);
  }

  // A template names the code only by a hash; whoever runs it elsewhere (the fault simulation) needs to know which it is.
  private nameEntry(entry: ServiceFunctionProps['entry']): void {
    const { defaultChild } = this.lambda.node;
    if (!(defaultChild instanceof CfnFunction)) throw new Error(`${this.node.path}: the function has no resource of its own.`);
    defaultChild.addMetadata(ENTRY_METADATA, entry);
  }
}
