import { parseArgs } from 'node:util';
import { createTenant } from './tenants/create-tenant.ts';
import { openStage } from './tenants/open-stage.ts';
import { TenantProblem } from './tenants/ports.ts';
import { listJson, listText, newClientText, oldClientText } from './tenants/print.ts';
import { revokeClient } from './tenants/revoke-client.ts';
import { rotateClient } from './tenants/rotate-client.ts';

const usage = `npm run tenants -- <command> [--stage dev] [--json]
  create --name <name> --role <role> [--tier standard] [--tenant <id>]   a tenant and its first client, or a further client of a tenant;
                                                                         --tenant platform: of those who run the stage, made when it is not there
  list                                                                   tenants and their clients
  rotate --client <id> [--delete-old]                                    a second client like it; the old one works on until it is revoked
  revoke --client <id>                                                   in effect within 60 s
Works with the AWS credentials and region of the shell.`;

const readArguments = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      stage: { type: 'string', default: 'dev' },
      json: { type: 'boolean', default: false },
      name: { type: 'string' },
      role: { type: 'string' },
      tier: { type: 'string' },
      tenant: { type: 'string' },
      client: { type: 'string' },
      'delete-old': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });

type Options = ReturnType<typeof readArguments>['values'];

const required = (options: Options, name: 'name' | 'role' | 'client'): string => {
  const value = options[name];
  if (value === undefined || value.trim() === '') throw new TenantProblem(`--${name} is missing.\n${usage}`);
  return value;
};

interface Result {
  readonly text: string;
  readonly json: unknown;
  /** What is done once the result is printed: a secret that was made must be seen even if this fails. */
  readonly afterwards?: () => Promise<void>;
}

const commands: Readonly<Record<string, (options: Options) => Promise<Result>>> = {
  create: async (options) => {
    const { tier, tenant } = options;
    const wanted = {
      name: required(options, 'name'),
      role: required(options, 'role'),
      ...(tier === undefined ? {} : { tier }),
      ...(tenant === undefined ? {} : { tenantId: tenant }),
    };
    const created = await createTenant(await openStage(options.stage), wanted);
    return { text: newClientText(created), json: created };
  },
  list: async ({ stage }) => {
    const { tenants, clients } = await (await openStage(stage)).registry.list();
    return { text: listText(tenants, clients), json: listJson(tenants, clients) };
  },
  rotate: async (options) => {
    const old = required(options, 'client');
    const context = await openStage(options.stage);
    const created = await rotateClient(context, old);
    const text = newClientText(created);
    if (!options['delete-old']) return { text: `${text}\n\n${oldClientText(old)}`, json: created };
    return { text, json: created, afterwards: () => revokeClient(context, old) };
  },
  revoke: async (options) => {
    const clientId = required(options, 'client');
    await revokeClient(await openStage(options.stage), clientId);
    return { text: `${clientId} is revoked: its tokens stop working within 60 s.`, json: { clientId, status: 'revoked' } };
  },
};

const run = async (options: Options, positionals: readonly string[]): Promise<void> => {
  const command = positionals.length === 1 ? commands[positionals[0] ?? ''] : undefined;
  if (command === undefined) throw new TenantProblem(usage);
  const { text, json, afterwards } = await command(options);
  console.log(options.json ? JSON.stringify(json, undefined, 2) : text);
  await afterwards?.();
};

try {
  const { values, positionals } = readArguments();
  if (values.help) console.log(usage);
  else await run(values, positionals);
} catch (error) {
  // Operators get the sentence: SDK errors (credentials, region, permissions) say themselves what is wrong.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
