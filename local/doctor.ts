import { certificateDaysLeft } from './certificates.ts';
import { chosenPort, requireFreePort } from './engine-port.ts';
import { engineState } from './engine-process.ts';
import { messageOf, Problem } from './problem.ts';
import { defaultRunFolder } from './state-folder.ts';

/** The part of `npm run doctor` that looks at the engine: its process, its port, its certificates. */
function tell(mark: 'ok' | '-' | 'MISSING', what: string, how?: string): void {
  console.log(`${mark.padEnd(8)} ${what}${how === undefined ? '' : `\n         -> ${how}`}`);
}

function tellCertificates(): void {
  const daysLeft = certificateDaysLeft(Date.now());
  if (daysLeft === undefined) tell('-', 'no local certificates yet', 'the first start makes them');
  else tell('ok', `local certificates valid for ${daysLeft} days`);
}

async function tellEngine(): Promise<void> {
  const port = chosenPort(process.env['PORT']);
  const state = engineState(defaultRunFolder);
  if (state.kind === 'running' || state.kind === 'stopping')
    tell(
      'ok',
      `the local engine is ${state.kind} (process ${state.pid}, port ${state.port})`,
      '`npm run stop` ends it',
    );
  if (state.kind === 'killed') tell('-', `the last engine (process ${state.pid}) was killed`, '`npm start` starts a fresh one');
  if (state.kind === 'none') tell('ok', 'no local engine is running');
  if (state.kind === 'running' && state.port === port) return;
  await requireFreePort(port);
  tell('ok', `port ${port} is free`);
}

try {
  tellCertificates();
  await tellEngine();
} catch (error) {
  tell('MISSING', messageOf(error), error instanceof Problem ? error.wayOut : undefined);
  process.exitCode = 1;
}
