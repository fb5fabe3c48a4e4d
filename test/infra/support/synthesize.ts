import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { addPacks } from '../../../lib/nag/packs.ts';
import { addStacks } from '../../../lib/pipeline-app.ts';
import { projectRoot } from '../../../lib/project-root.ts';
import { stageNamed } from '../../../lib/stages.ts';
import { Assembly, at, listAt } from './assembly.ts';
import { account, region } from './environment.ts';
import { generatedNames } from './generated-names.ts';
import type { Template } from './assembly.ts';
import type { StageSettings } from '../../../lib/stages.ts';

interface Synthesized {
  readonly assembly: Assembly;
  /** The same with references as long as they are on AWS. */
  readonly deployed: Assembly;
  /** Names of the stacks that cannot be deleted by mistake. */
  readonly protectedStacks: readonly string[];
  /** What cdk-nag and the CDK's own rules find and nobody acknowledged, as `<rule> <constructs>`. */
  readonly findings: readonly string[];
}

/** All stacks of a stage as templates; nothing is bundled. */
export const synthesize = (stage: 'dev' | 'prod', change: (settings: StageSettings) => StageSettings = (settings) => settings): Synthesized => {
  const { context } = JSON.parse(readFileSync(`${projectRoot}/cdk.json`, 'utf8')) as { context: Record<string, unknown> };
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true } });
  addStacks(app, change(stageNamed(stage)), { account, region });
  addPacks(app);
  const { directory, stacks } = app.synth();
  const templates = Object.fromEntries(stacks.map(({ stackName, template }) => [stackName, template as Template]));
  const protectedStacks = stacks.filter(({ terminationProtection }) => terminationProtection === true).map(({ stackName }) => stackName);
  return {
    assembly: new Assembly(templates), deployed: new Assembly(templates, generatedNames), protectedStacks, findings: readFindings(join(directory, 'validation-report.json')),
  };
};

const readFindings = (report: string): string[] =>
  listAt(JSON.parse(readFileSync(report, 'utf8')), 'pluginReports').flatMap((plugin) => listAt(plugin, 'violations')).map((violation) =>
    [at(violation, 'ruleName'), ...listAt(violation, 'violatingConstructs').map((construct) => at(construct, 'constructPath'))].join(' '));
