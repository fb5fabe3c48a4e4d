import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { addPacks } from '../../../lib/nag/packs.ts';
import { addStacks } from '../../../lib/pipeline-app.ts';
import { projectRoot } from '../../../lib/project-root.ts';
import { stageNamed } from '../../../lib/stages.ts';
import { Assembly, at, listAt } from './assembly.ts';
import { account, region } from './environment.ts';
import { generatedNames } from './generated-names.ts';
import type { PolicyValidationStack } from 'aws-cdk-lib';
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
  /** Ids of what lib/nag/acknowledgements.ts accepts, once each, and of those that a rule found. */
  readonly acknowledged: readonly string[];
  readonly suppressed: readonly string[];
  /** Where the templates are, as a validation plugin gets them. */
  readonly templates: readonly PolicyValidationStack[];
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
  const report: unknown = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8'));
  return {
    assembly: new Assembly(templates), deployed: new Assembly(templates, generatedNames), protectedStacks, findings: readFindings(report),
    acknowledged: [...new Set(app.node.findAll().flatMap(({ node }) => node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.keys(data as object))))],
    suppressed: [...new Set(listAt(report, 'pluginReports').flatMap((plugin) => listAt(plugin, 'suppressedViolations')).map((found) => String(at(found, 'acknowledgedId'))))],
    templates: stacks.map(({ id, templateFullPath }) => ({ stackConstructPath: id, templatePath: templateFullPath, accountId: account, region })),
  };
};

const readFindings = (report: unknown): string[] =>
  listAt(report, 'pluginReports').flatMap((plugin) => listAt(plugin, 'violations')).map((violation) =>
    [at(violation, 'ruleName'), ...listAt(violation, 'violatingConstructs').map((construct) => at(construct, 'constructPath'))].join(' '));
