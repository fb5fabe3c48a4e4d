import { parseArgs } from 'node:util';
import { openSession, SessionProblem, sessionOptions, sessionUsage } from './operations/api-session.ts';
import { listDeadLetters, redriveDeadLetters, showDeadLetter } from './operations/dead-letters.ts';
import { letterText, listText, redriveText } from './operations/print-dead-letters.ts';
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

const commands: Readonly<Record<string, (api: ApiSession, options: Options) => Promise<Result>>> = {
  list: async (api, { source }) => {
    const letters = await listDeadLetters(api, source);
    return { text: listText(letters), json: letters };
  },
  show: async (api, { id: [id] }) => {
    if (id === undefined) throw new SessionProblem(`--id is missing.\n${usage}`);
    const letter = await showDeadLetter(api, id);
    return { text: letterText(letter), json: letter };
  },
  redrive: async (api, { source, id: ids, 'for-real': forReal }) => {
    const answers = await redriveDeadLetters(api, { source, ids, forReal });
    // What could not be redriven must not look like success to a script.
    if (answers.some(({ results }) => results.some(({ status }) => status === 'failed' || status === 'kept'))) process.exitCode = 1;
    return { text: redriveText(answers), json: answers };
  },
};

try {
  const { values, positionals } = readArguments();
  const command = positionals.length === 1 ? commands[positionals[0] ?? ''] : undefined;
  if (command === undefined) throw new SessionProblem(usage);
  const { text, json } = await command(await openSession(values, process.env), values);
  console.log(values.json ? JSON.stringify(json, undefined, 2) : text);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
