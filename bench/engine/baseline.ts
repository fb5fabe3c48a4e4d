import { join } from 'node:path';
import { APIGatewayClient, GetAuthorizersCommand, GetResourcesCommand } from '@aws-sdk/client-api-gateway';
import { cdk, quiet } from '../../local/assembly.ts';
import { clientSettings, outputNamed } from '../../local/outputs.ts';
import { step } from '../../local/progress.ts';
import { runTool } from '../../local/run-tool.ts';
import { projectFolder } from '../../local/state-folder.ts';
import type { LocalPipeline } from '../../local/pipeline.ts';

/** Where the baseline answers, below the API's base URL. */
export const BASELINE_PATH = '/baseline';

/** Deploys the baseline beside the product, onto the same API of the same engine. */
export const deployBaseline = ({ engine, outputs }: LocalPipeline, interrupted: AbortSignal): Promise<void> =>
  step('deploying the baseline', async () => {
    const restApiId = outputNamed(outputs, 'RestApiId');
    const gateway = new APIGatewayClient(clientSettings(engine));
    const { items: resources = [] } = await gateway.send(new GetResourcesCommand({ restApiId, limit: 500 }));
    const { items: authorizers = [] } = await gateway.send(new GetAuthorizersCommand({ restApiId }));
    gateway.destroy();
    const context = { restApiId, rootResourceId: resources.find(({ path }) => path === '/')?.id, authorizerId: authorizers[0]?.id };
    await runTool({
      purpose: 'Deploying the baseline (cdk deploy)',
      arguments: [
        cdk, 'deploy', '--all', '--app', 'node bench/engine/baseline-app.ts', '--output', join(engine.paths.folder, 'baseline.out'),
        ...Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value ?? ''}`]), '--require-approval', 'never', ...quiet,
      ],
      cwd: projectFolder,
      env: engine.env,
      logFile: engine.paths.toolsLog,
      wayOut: `Read the whole output in ${engine.paths.toolsLog}.`,
      interrupted,
    });
  }, () => 'baseline deployed: a bare function and a table behind the same API and authorizer');
