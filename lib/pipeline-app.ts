import { acknowledgeFindings } from './nag/acknowledgements.ts';
import { DataStack } from './stacks/data-stack.ts';
import { OperationsStack } from './stacks/operations-stack.ts';
import { PipelineStack } from './stacks/pipeline-stack.ts';
import type { App, Environment } from 'aws-cdk-lib';
import type { StageSettings } from './stages.ts';

/** Puts the three stacks of a stage into an app: `PaymentPipeline-<stage>-Data`, `-Pipeline`, `-Operations`. */
export const addStacks = (app: App, stage: StageSettings, env: Environment): void => {
  const prefix = `PaymentPipeline-${stage.name}`;
  const data = new DataStack(app, `${prefix}-Data`, { env, stage, terminationProtection: stage.deletionProtection });
  const pipeline = new PipelineStack(app, `${prefix}-Pipeline`, { env, data });
  new OperationsStack(app, `${prefix}-Operations`, { env, data, pipeline });
  acknowledgeFindings(data, pipeline);
};
