import * as z from 'zod';
import { tables } from '../../../lambdas/shared/contract/storage.ts';
import type { QueueName } from '../../../lib/event-subscriptions.ts';
import type { ServiceName } from '../../../lambdas/shared/contract/storage.ts';
import type { DeadLetterRecord } from '../contract.ts';
import type { FunctionWiring, Wiring } from '../wiring/wiring.ts';

const deadLetterQueuesSchema = z.object({
  queues: z.record(z.string(), z.object({ queue: z.string(), dead: z.string(), undelivered: z.string() })),
  bus: z.string(),
});

/** The product's own names for what the templates number, and back; all of it is said by the templates. */
export interface Names {
  functionOf(entry: string): FunctionWiring;
  /** `ledger-consumer` of `lambdas/ledger/ledger-consumer.handler.ts`. */
  shortOf(functionName: string): string;
  readonly tables: Readonly<Record<ServiceName, string>>;
  /** `ledger`, or `ledger idempotency`. */
  tableLabel(table: string): string;
  idempotencyTables: readonly string[];
  queues: Readonly<Record<QueueName, { readonly queue: string; readonly dead: string; readonly undelivered: string }>>;
  queueLabel(queue: string): string;
  deadLetterSources: readonly { readonly queue: string; readonly source: DeadLetterRecord['source'] }[];
}

export const namesOf = ({ functions, tables: wired }: Wiring): Names => {
  const functionOf = (entry: string): FunctionWiring => {
    const found = functions.find((fn) => fn.entry === entry);
    if (found === undefined) throw new Error(`The templates have no function of ${entry}.`);
    return found;
  };
  const services = Object.keys(tables) as ServiceName[];
  const tableOf = (service: ServiceName): string => functions.find((fn) => fn.entry.startsWith(`lambdas/${service}/`) && 'TABLE_NAME' in fn.environment)?.environment['TABLE_NAME'] ?? '';
  const byService = Object.fromEntries(services.map((service) => [service, tableOf(service)])) as Record<ServiceName, string>;
  const memories = new Map(functions.filter((fn) => 'IDEMPOTENCY_TABLE_NAME' in fn.environment).map((fn) => [fn.environment['IDEMPOTENCY_TABLE_NAME'] ?? '', `${String(fn.environment['POWERTOOLS_SERVICE_NAME'])} idempotency`]));
  const labels = new Map([...memories, ...services.map((service) => [byService[service], service] as const)]);
  const unnamed = wired.find(({ name }) => !labels.has(name));
  if (unnamed !== undefined) throw new Error(`No function uses the table ${unnamed.name}.`);
  const desk = functionOf('lambdas/operations/operations-api.handler.ts');
  const { queues, bus } = deadLetterQueuesSchema.parse(JSON.parse(desk.environment['DEAD_LETTER_QUEUES'] ?? ''));
  const shorts = new Map(functions.map(({ name, entry }) => [name, entry.replace(/^.*\/|\.handler\.ts$/g, '')]));
  const queueLabels = new Map(Object.entries(queues).flatMap(([name, { queue, dead, undelivered }]) => [[queue, name], [dead, `dead letters of ${name}`], [undelivered, `undelivered of ${name}`]] as const));
  return {
    functionOf,
    shortOf: (name) => shorts.get(name) ?? name,
    tables: byService,
    tableLabel: (table) => labels.get(table) ?? table,
    idempotencyTables: [...memories.keys()],
    queues: queues as Names['queues'],
    queueLabel: (queue) => queueLabels.get(queue) ?? queue,
    deadLetterSources: [
      ...(Object.entries(queues) as [QueueName, { dead: string; undelivered: string }][]).flatMap(([name, { dead, undelivered }]) => [
        { queue: dead, source: `consumer:${name}` as const }, { queue: undelivered, source: `route:${name}` as const },
      ]),
      { queue: bus.split('/').at(-1) ?? '', source: 'route:bus' },
    ],
  };
};
