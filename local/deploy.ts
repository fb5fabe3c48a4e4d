import { adaptAssembly, cdk, quiet, synthesize } from './assembly.ts';
import { accountId, region } from './cloud-environment.ts';
import type { Engine } from './engine.ts';
import { say, step } from './progress.ts';
import { runTool } from './run-tool.ts';

const STACKS_AT_ONCE = 3;

async function runCdk(engine: Engine, interrupted: AbortSignal, purpose: string, ...parameters: string[]): Promise<void> {
  await runTool({
    purpose,
    arguments: [cdk, ...parameters, ...quiet],
    cwd: engine.paths.folder,
    env: engine.env,
    logFile: engine.paths.toolsLog,
    wayOut: `Read the whole output in ${engine.paths.toolsLog} and the engine's own log in ${engine.paths.engineLog}.`,
    interrupted,
  });
}

const bootstrap = (engine: Engine, interrupted: AbortSignal): Promise<void> =>
  runCdk(engine, interrupted, 'Preparing the account (cdk bootstrap)', 'bootstrap', `aws://${accountId}/${region}`);

/** Does both at once. When one fails the other is ended and waited for, so that no tool outlives its start. */
async function bothOrNeither<A, B>(
  interrupted: AbortSignal,
  one: (signal: AbortSignal) => Promise<A>,
  other: (signal: AbortSignal) => Promise<B>,
): Promise<[A, B]> {
  const failed = new AbortController();
  const signal = AbortSignal.any([interrupted, failed.signal]);
  const works = [one(signal), other(signal)] as const;
  for (const work of works) work.catch((error: unknown) => failed.abort(error));
  await Promise.allSettled(works);
  return Promise.all(works);
}

/**
 * Deploys every stack of the stage to the engine, with the stock CLI and the synthesized templates fitted to the engine.
 * Throws the signal's reason when it is aborted; no tool is running then.
 */
export async function deploy(engine: Engine, stage: string, interrupted: AbortSignal): Promise<void> {
  const [assembly] = await bothOrNeither(
    interrupted,
    (signal) =>
      step(
        'synthesizing the stacks',
        () => synthesize(stage, engine, signal),
        ({ reused }) =>
          reused ? 'stacks unchanged since the last start: the synthesized ones are used again' : 'stacks synthesized and functions bundled',
      ),
    (signal) =>
      step(
        'bootstrapping the account (cdk bootstrap)',
        () => bootstrap(engine, signal),
        () => 'account bootstrapped (cdk bootstrap)',
      ),
  );
  const changes = adaptAssembly(assembly.folder, engine.paths.assembly, engine.endpoint);
  say('          differences from what is deployed to AWS, because the local engine cannot do it:');
  for (const change of changes) say(`            ${change}`);
  await step(
    'deploying all stacks (cdk deploy)',
    () =>
      runCdk(
        engine,
        interrupted,
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
