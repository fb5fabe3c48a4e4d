import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { acknowledgeFindings } from '../lib/nag-acknowledgements.ts';
import { DataStack } from '../lib/stacks/data-stack.ts';
import { OperationsStack } from '../lib/stacks/operations-stack.ts';
import { PipelineStack } from '../lib/stacks/pipeline-stack.ts';
import { missingSettings, stageNamed } from '../lib/stages.ts';

const app = new App();
const stage = stageNamed(app.node.tryGetContext('stage') ?? 'dev');
const env = { account: process.env['CDK_DEFAULT_ACCOUNT'], region: process.env['CDK_DEFAULT_REGION'] };
const prefix = `PaymentPipeline-${stage.name}`;

const data = new DataStack(app, `${prefix}-Data`, { env, stage });
const pipeline = new PipelineStack(app, `${prefix}-Pipeline`, { env, data });
new OperationsStack(app, `${prefix}-Operations`, { env, data, pipeline });

acknowledgeFindings(data, pipeline);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const missing = missingSettings(stage);
if (missing !== undefined) process.stderr.write(`${missing}\n`);
