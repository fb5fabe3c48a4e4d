import { deploy } from './deploy.ts';
import { watchEngine } from './engine-process.ts';
import { startEngine, type Engine, type EngineOptions } from './engine.ts';
import { unlessAborted } from './interruption.ts';
import { apiBaseUrl, outputNamed, readOutputs, tokenUrl, type StackOutputs } from './outputs.ts';
import { step } from './progress.ts';
import { readBack } from './read-back.ts';

/** A fresh engine with every stack deployed to it, and where its doors are. */
export interface LocalPipeline {
  readonly engine: Engine;
  readonly outputs: StackOutputs;
  /** What stands before `/v1/...`. */
  readonly apiBaseUrl: string;
  readonly tokenUrl: string;
}

async function deployAndReadBack(engine: Engine, stage: string, interrupted: AbortSignal): Promise<LocalPipeline> {
  await deploy(engine, stage, interrupted);
  await step(
    'reading back what was deployed',
    () => unlessAborted(readBack(engine), interrupted),
    (count) => `${count} rules, queues, mappings and tables read back: as deployed`,
  );
  const outputs = await unlessAborted(readOutputs(engine), interrupted);
  return { engine, outputs, apiBaseUrl: apiBaseUrl(engine, outputNamed(outputs, 'RestApiId')), tokenUrl: tokenUrl(engine) };
}

/**
 * Starts an engine and deploys the stacks of the stage to it; the caller stops the engine. When this throws, also the
 * signal's reason because it was aborted, the engine is stopped and no tool is running.
 */
export async function bringUp(options: EngineOptions & { readonly stage: string }): Promise<LocalPipeline> {
  const engine = await step(
    'starting the local engine',
    () => startEngine(options),
    ({ endpoint }) => `local engine started: ${endpoint}, IAM enforced`,
  );
  const watch = watchEngine(options.runFolder, engine.pid);
  try {
    return await deployAndReadBack(engine, options.stage, AbortSignal.any([options.interrupted, watch.gone]));
  } catch (error) {
    await engine.stop();
    throw error;
  } finally {
    watch.end();
  }
}
