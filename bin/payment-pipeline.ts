import { App } from 'aws-cdk-lib';
import { addPacks } from '../lib/nag/packs.ts';
import { addStacks } from '../lib/pipeline-app.ts';
import { missingSettings, stageNamed } from '../lib/stages.ts';

const app = new App();
const stage = stageNamed(app.node.tryGetContext('stage') ?? 'dev');

addStacks(app, stage, { account: process.env['CDK_DEFAULT_ACCOUNT'], region: process.env['CDK_DEFAULT_REGION'] });
addPacks(app);

const missing = missingSettings(stage);
if (missing !== undefined) process.stderr.write(`${missing}\n`);
