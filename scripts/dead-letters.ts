import { parseArgs } from 'node:util';
import { openSession, sessionOptions, sessionUsage } from './operations/api-session.ts';
import { listDeadLetters, redriveDeadLetters, showDeadLetter } from './operations/dead-letters.ts';
import { letterText, listText, redriveText } from './operations/print-dead-letters.ts';
import { runCommand, UsageProblem } from './operations/run-command.ts';
import type { ApiSession } from './operations/api-session.ts';

const usage = `npm run dead-letters -- <command> [--json]
  list [--source <source>]                             what was given up, oldest first
  show --id <id>                                       one of them, and where its consumer's log says why
  redrive --source <source> | --id <id> [--id …]       sends back all of a source, or these; only tells what it would do,
          [--for-real]                                 unless --for-real
Sources: consumer:<queue>, route:<queue>, bus, relay. Needs a client of role operator (of tenant platform for all tenants).
${sessionUsage}`;

const readArguments = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      ...sessionOptions,
      'json': { type: 'boolean', default: false },
      'source': { type: 'string' },
      'id': { type: 'string', multiple: true, default: [] },
      'for-real': { type: 'boolean', default: false },
    },
  });

type Options = ReturnType<typeof readArguments>['values'];

interface Result {
  readonly text: string;
  readonly json: unknown;
}

type Work = (api: ApiSession) => Promise<Result>;

/** Each looks at its options before anybody signs in. */
const commands: Readonly<Record<string, (options: Options) => Work>> = {
  list: ({ source }) => async (api) => {
    const letters = await listDeadLetters(api, source);
    return { text: listText(letters), json: letters };
  },
  show: ({ id: [id, ...more] }) => {
    if (id === undefined || more.length > 0) throw new UsageProblem('Say which letter to show: --id, once.');
    return async (api) => {
      const letter = await showDeadLetter(api, id);
      return { text: letterText(letter), json: letter };
    };
  },
  redrive: ({ source, id: ids, 'for-real': forReal }) => async (api) => {
    const answers = await redriveDeadLetters(api, { source, ids, forReal });
    // What could not be redriven must not look like success to a script.
    if (answers.some(({ results }) => results.some(({ status }) => status === 'failed' || status === 'kept'))) process.exitCode = 1;
    return { text: redriveText(answers), json: answers };
  },
};

await runCommand(usage, async () => {
  const { values, positionals } = readArguments();
  const [name = '', ...more] = positionals;
  const command = more.length === 0 && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UsageProblem(name === '' ? 'Say what to do.' : `There is no command ${positionals.join(' ')}.`);
  const work = command(values);
  const { text, json } = await work(await openSession(values, process.env));
  console.log(values.json ? JSON.stringify(json, undefined, 2) : text);
});
