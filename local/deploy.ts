import { adaptAssembly, cdk, quiet, synthesize } from './assembly.ts';
import { accountId, region } from './cloud-environment.ts';
import type { Engine } from './engine.ts';
import { say, step } from './progress.ts';
import { runTool } from './run-tool.ts';

const STACKS_AT_ONCE = 3;

async function runCdk(engine: Engine, purpose: string, ...parameters: string[]): Promise<void> {
  await runTool({
    purpose,
    arguments: [cdk, ...parameters, ...quiet],
    cwd: engine.paths.folder,
    env: engine.env,
    logFile: engine.paths.toolsLog,
    wayOut: `Read the whole output in ${engine.paths.toolsLog} and the engine's own log in ${engine.paths.engineLog}.`,
  });
}

const bootstrap = (engine: Engine): Promise<void> =>
  runCdk(engine, 'Preparing the account (cdk bootstrap)', 'bootstrap', `aws://${accountId}/${region}`);

/** Deploys every stack of the stage to the engine, with the stock CLI and the synthesized templates fitted to the engine. */
export async function deploy(engine: Engine, stage: string): Promise<void> {
  const [assembly] = await Promise.all([
    step(
      'synthesizing the stacks',
      () => synthesize(stage, engine.env, engine.paths.toolsLog),
      ({ reused }) =>
        reused ? 'stacks unchanged since the last start: the synthesized ones are used again' : 'stacks synthesized and functions bundled',
    ),
    step(
      'bootstrapping the account (cdk bootstrap)',
      () => bootstrap(engine),
      () => 'account bootstrapped (cdk bootstrap)',
    ),
  ]);
  const changes = adaptAssembly(assembly.folder, engine.paths.assembly, engine.endpoint);
  say('          differences from what is deployed to AWS, because the local engine cannot do it:');
  for (const change of changes) say(`            ${change}`);
  await step(
    'deploying all stacks (cdk deploy)',
    () =>
      runCdk(
        engine,
        'Deploying the stacks (cdk deploy)',
        'deploy',
        '--app',
        engine.paths.assembly,
        '--all',
        '--require-approval',
        'never',
        '--concurrency',
        String(STACKS_AT_ONCE),
        '--progress',
        'events',
      ),
    () => 'all stacks deployed (cdk deploy)',
  );
}
