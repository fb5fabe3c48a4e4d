import { parseOptions, usage } from './options.ts';
import { simulate } from './simulation.ts';

// Who reads it may have seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
const given = process.argv.slice(2);
const options = parseOptions(given);
if (given.includes('--help')) {
  process.stdout.write(usage);
} else if (typeof options === 'string') {
  process.stderr.write(`${options}\n\n${usage}`);
  process.exitCode = 2;
} else {
  process.exitCode = await simulate(options);
}
