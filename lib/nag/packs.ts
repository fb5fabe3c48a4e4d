import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { PaymentPipelineChecks } from './payment-pipeline-checks.ts';
import type { App } from 'aws-cdk-lib';

/** Every synthesis fails on a finding of these packs that nobody has acknowledged. */
export const addPacks = (app: App): void =>
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app), new ServerlessChecks(app), new NIST80053R5Checks(app), new PCIDSS321Checks(app), new PaymentPipelineChecks(),
  );
