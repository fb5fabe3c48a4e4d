// `npm run stop`: ends what an earlier start left running. It installs nothing: where nothing is installed, nothing
// can run. Plain JavaScript for Node 20 without packages.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { project, runsTypeScript, state } from './prerequisites.mjs';

const record = join(state, 'engine', 'engine.json');
const bundled = join(project, 'node_modules', '.bin', 'node');
const node = existsSync(bundled) ? bundled : runsTypeScript() ? process.execPath : undefined;

if (node !== undefined) {
  process.exitCode = spawnSync(node, [join(project, 'local', 'stop.ts')], { stdio: 'inherit' }).status ?? 1;
} else if (existsSync(record)) {
  console.error(
    `\nERROR    ${record} tells of a local engine, but the npm packages that can stop it are gone.\nWAY OUT  npm ci --ignore-scripts, then \`npm run stop\` again.`,
  );
  process.exitCode = 1;
} else {
  console.log('Nothing is installed here, so nothing is running.');
}
