import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join, relative } from 'node:path';
import { adaptTemplates } from './adapt-templates.ts';
import { accountId, region } from './cloud-environment.ts';
import { stacksOf, writeTemplate } from './deployed-stacks.ts';
import { Problem } from './problem.ts';
import type { Engine } from './engine.ts';
import { runTool } from './run-tool.ts';
import { assembliesFolder, ensureStateFolder, projectFolder } from './state-folder.ts';

const ASSEMBLIES_KEPT = 3;

/** Everything that a synthesis reads, apart from the installed packages, which the lockfile stands for. */
const sources = [
  'bin',
  'lib',
  'lambdas',
  'docs/runbooks',
  'package-lock.json',
  'package.json',
  'cdk.json',
  'tsconfig.json',
  'tsconfig.infra.json',
];

/** The stock CDK CLI of this checkout, run by this Node. */
export const cdk = join(projectFolder, 'node_modules', 'aws-cdk', 'bin', 'cdk');
export const quiet = ['--no-notices', '--no-version-reporting', '--no-color'];

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => filesBelow(join(path, entry.name)));
}

/** A hash of the sources, so that a start without a change skips bundling and synthesis. */
function sourcesHash(stage: string): string {
  const hash = createHash('sha256').update(`${stage}\0${process.version}\0`);
  for (const file of sources.flatMap((source) => filesBelow(join(projectFolder, source))).sort()) {
    hash
      .update(`${relative(projectFolder, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 32);
}

function forgetOldAssemblies(): void {
  const newestFirst = readdirSync(assembliesFolder)
    .map((name) => ({ folder: join(assembliesFolder, name), usedAtMs: statSync(join(assembliesFolder, name)).mtimeMs }))
    .sort((a, b) => b.usedAtMs - a.usedAtMs);
  for (const { folder } of newestFirst.slice(ASSEMBLIES_KEPT)) rmSync(folder, { recursive: true, force: true });
}

export interface Assembly {
  readonly folder: string;
  readonly reused: boolean;
}

/** The synthesized stacks of a stage: made by the stock CDK CLI, or the ones made before when no source has changed. */
export async function synthesize(stage: string, engine: Pick<Engine, 'env' | 'paths'>, interrupted: AbortSignal): Promise<Assembly> {
  ensureStateFolder();
  const folder = join(assembliesFolder, sourcesHash(stage));
  if (existsSync(join(folder, 'manifest.json'))) {
    utimesSync(folder, new Date(), new Date());
    return { folder, reused: true };
  }
  mkdirSync(assembliesFolder, { recursive: true });
  // Made aside and renamed, so that a start cut off in the middle leaves no half assembly behind.
  const making = `${folder}.${process.pid}`;
  try {
    await runTool({
      purpose: 'Synthesizing the stacks (cdk synth)',
      arguments: [cdk, 'synth', '--quiet', '--context', `stage=${stage}`, '--output', making, ...quiet],
      cwd: projectFolder,
      env: { ...engine.env, CDK_DEFAULT_ACCOUNT: accountId, CDK_DEFAULT_REGION: region },
      logFile: engine.paths.toolsLog,
      wayOut: `Correct the error in bin/, lib/ or lambdas/; \`npx cdk synth -c stage=${stage}\` shows it too.`,
      interrupted,
    });
    if (!existsSync(folder)) renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  forgetOldAssemblies();
  return { folder, reused: false };
}

/**
 * Copies an assembly and fits the copy's templates to the engine. Resolves the changes in words.
 * The file names in the asset manifests are only names to the CLI, so a changed template needs no new hash.
 */
export function adaptAssembly(assembly: string, target: string, endpoint: string): readonly string[] {
  rmSync(target, { recursive: true, force: true });
  cpSync(assembly, target, { recursive: true });
  const stacks = stacksOf(target);
  if (stacks.length === 0) throw new Problem('The CDK app made no stack.', 'Look at bin/payment-pipeline.ts.');
  const adapted = adaptTemplates(Object.fromEntries(stacks.map(({ stack, template }) => [stack, template])), { endpoint });
  for (const { stack, file } of stacks) writeTemplate(file, adapted.templates[stack] ?? {});
  return adapted.changes;
}
