import { parseArgs } from 'node:util';
import { openSession, sessionOptions, sessionUsage } from './operations/api-session.ts';
import { explainPayment } from './operations/explain-payment.ts';
import { paintFor } from './operations/paint.ts';
import { runCommand, UsageProblem } from './operations/run-command.ts';

const usage = `npm run explain -- <payment id> [--json]
  tells every step of a payment with its cause, what happens next and what looks wrong
${sessionUsage}`;

const readArguments = () => parseArgs({ allowPositionals: true, options: { ...sessionOptions, json: { type: 'boolean', default: false } } });

await runCommand(usage, async () => {
  const { values, positionals } = readArguments();
  const [id] = positionals;
  if (id === undefined || positionals.length > 1) throw new UsageProblem('Say which payment to explain, one at a time.');
  const session = await openSession(values, process.env);
  const isColoured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  console.log(await explainPayment(session, id, { json: values.json, paint: paintFor(isColoured) }));
});
