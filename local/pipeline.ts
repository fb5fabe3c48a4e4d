import { deploy } from './deploy.ts';
import { startEngine, type Engine } from './engine.ts';
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

/**
 * Starts an engine and deploys the stacks of the stage to it. The caller must stop the engine, also when this throws:
 * `stopEngine(runFolder)` does it in every case.
 */
export async function bringUp(options: {
  readonly port: number;
  readonly runFolder: string;
  readonly stage: string;
}): Promise<LocalPipeline> {
  const engine = await step(
    'starting the local engine',
    () => startEngine(options),
    ({ endpoint }) => `local engine started: ${endpoint}, IAM enforced`,
  );
  await deploy(engine, options.stage);
  await step(
    'reading back what was deployed',
    () => readBack(engine),
    (count) => `${count} rules, queues, mappings and tables read back: as deployed`,
  );
  const outputs = await readOutputs(engine);
  return { engine, outputs, apiBaseUrl: apiBaseUrl(engine, outputNamed(outputs, 'RestApiId')), tokenUrl: tokenUrl(engine) };
}
