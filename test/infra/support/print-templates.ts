import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { App } from 'aws-cdk-lib';
import { addStacks } from '../../../lib/pipeline-app.ts';
import { projectRoot } from '../../../lib/project-root.ts';
import { stageNamed } from '../../../lib/stages.ts';
import { account, region } from './environment.ts';

/**
 * `node print-templates.ts FILE`: writes the templates of the dev stage, by stack, as JSON. A process of its own, since
 * nothing of the CDK is wanted where the templates are read; nothing is bundled.
 */
const file = process.argv[2];
if (file === undefined) throw new Error('Name the file to write to.');
const { context } = JSON.parse(readFileSync(`${projectRoot}/cdk.json`, 'utf8')) as { context: Record<string, unknown> };
const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true } });
addStacks(app, stageNamed('dev'), { account, region });
const { stacks } = app.synth();
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, JSON.stringify(Object.fromEntries(stacks.map(({ stackName, template }) => [stackName, template as unknown]))));
