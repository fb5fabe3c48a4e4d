import { parseOptions, usage } from './options.ts';
import { simulate } from './simulation.ts';

const options = parseOptions(process.argv.slice(2));
if (typeof options === 'string') {
  process.stderr.write(`${options}\n\n${usage}`);
  process.exitCode = 2;
} else {
  process.exitCode = await simulate(options);
}
