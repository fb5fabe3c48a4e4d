import { join } from 'node:path';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AuthorizationType, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { bundling } from '../../lib/constructs/bundling.ts';
import { projectRoot } from '../../lib/project-root.ts';
import { stageNamed } from '../../lib/stages.ts';

/** A bare function with a table, reached through the product's own API and authorizer, so that only what is behind them differs. */
const app = new App();
const context = (name: string): string => String(app.node.getContext(name));
const { CDK_DEFAULT_ACCOUNT: account = '', CDK_DEFAULT_REGION: region = '' } = process.env;
const stack = new Stack(app, 'PaymentPipeline-bench-Baseline', { env: { account, region } });

const table = new Table(stack, 'Table', {
  partitionKey: { name: 'pk', type: AttributeType.STRING }, billingMode: BillingMode.PAY_PER_REQUEST, removalPolicy: RemovalPolicy.DESTROY,
});
const fn = new NodejsFunction(stack, 'Function', {
  entry: join(projectRoot, 'bench/engine/baseline.handler.ts'),
  depsLockFilePath: join(projectRoot, 'package-lock.json'),
  projectRoot,
  bundling,
  runtime: Runtime.NODEJS_24_X,
  architecture: Architecture.ARM_64,
  timeout: Duration.seconds(20),
  memorySize: stageNamed('dev').functionMemoryMb,
  environment: { TABLE_NAME: table.tableName },
});
table.grant(fn, 'dynamodb:PutItem');

const api = RestApi.fromRestApiAttributes(stack, 'Api', { restApiId: context('restApiId'), rootResourceId: context('rootResourceId') });
api.root.addResource('baseline').addMethod('POST', new LambdaIntegration(fn), {
  authorizer: { authorizerId: context('authorizerId'), authorizationType: AuthorizationType.CUSTOM },
});
