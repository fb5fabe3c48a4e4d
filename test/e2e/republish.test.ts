import { CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand, GetEventSourceMappingCommand, LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { afterAll, describe, expect, it } from '@jest/globals';
import { poll } from '../../local/poll.ts';
import { expectBooksBalanced } from './support/books.ts';
import { deposit, ended, expectStatus, idOf, newCaller, openAccount, openPair, paymentBody, sdk } from './support/pipeline.ts';
import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import type { Caller } from './support/pipeline.ts';

const lambda = new LambdaClient(sdk);

const relayMapping = async (service: string): Promise<EventSourceMappingConfiguration> => {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const mapping = EventSourceMappings.find(({ FunctionArn }) => FunctionArn?.includes(`${service}OutboxRelay`));
  if (mapping === undefined) throw new Error(`The relay of ${service} has no mapping.`);
  return mapping;
};

const remove = async ({ UUID }: EventSourceMappingConfiguration): Promise<void> => {
  await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  await poll('the mapping to be gone', () => lambda.send(new GetEventSourceMappingCommand({ UUID })).then(() => undefined, () => true));
};

/** The same mapping again, behind everything that is in the stream by now: to it the records before have been trimmed. */
const followFromNow = async (mapping: EventSourceMappingConfiguration): Promise<void> => {
  const { EventSourceArn, FunctionArn, BatchSize, FunctionResponseTypes, MaximumRetryAttempts, BisectBatchOnFunctionError, MaximumRecordAgeInSeconds, DestinationConfig } = mapping;
  const { UUID } = await lambda.send(
    new CreateEventSourceMappingCommand({
      EventSourceArn, FunctionName: FunctionArn, StartingPosition: 'LATEST',
      BatchSize, FunctionResponseTypes, MaximumRetryAttempts, BisectBatchOnFunctionError, MaximumRecordAgeInSeconds, DestinationConfig,
    }),
  );
  await poll('the mapping to work', async () => ((await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State === 'Enabled' ? true : undefined));
};

const idsInLog = async (caller: Caller): Promise<string[]> => {
  const data = expectStatus(await caller.get('/v1/events?limit=100'), 200).body['data'] as { id: string }[];
  return data.map(({ id }) => id);
};

const republish = async (caller: Caller, body: object): Promise<{ ids: string[]; said: number }> => {
  const all = { ids: [] as string[], said: 0 };
  for (let cursor: unknown; cursor !== null; ) {
    const { body: part } = expectStatus(await caller.post('/v1/operations/republish', { ...body, ...(cursor === undefined ? {} : { cursor }) }), 200);
    all.ids.push(...(part['missing'] as { eventId: string }[]).map(({ eventId }) => eventId));
    all.said += Number(part['said']);
    cursor = part['nextCursor'];
  }
  return all;
};

afterAll(expectBooksBalanced);

describe('relays that were off until their streams forgot', () => {
  it('leave no gap: what they missed is said again, and every payment comes to its end', async () => {
    const [caller, platform] = await Promise.all([newCaller(), newCaller('operator', 'platform')]);
    const since = new Date(Date.now() - 1_000).toISOString();
    const { payer, payee } = await openPair(caller, 1_000);
    await ended(caller, idOf(expectStatus(await caller.post('/v1/payments', paymentBody(payer, payee, 10)), 202)));

    const mappings = [await relayMapping('Payments'), await relayMapping('Ledger')];
    for (const mapping of mappings) await remove(mapping);
    const lost: string[] = [];
    const payments: string[] = [];
    try {
      lost.push(`${await openAccount(caller)}-1`, `${await deposit(caller, payer, 500)}-1`);
      for (const value of [20, 30, 40]) payments.push(idOf(expectStatus(await caller.post('/v1/payments', paymentBody(payer, payee, value)), 202)));
      lost.push(...payments.map((id) => `${id}-1`));
    } finally {
      for (const mapping of mappings) await followFromNow(mapping);
    }
    const window = { since, until: new Date(Date.now() + 1_000).toISOString() };

    const logged = await idsInLog(caller);
    expect(lost.filter((id) => logged.includes(id))).toEqual([]);
    expectStatus(await caller.post('/v1/operations/republish', window), 403);
    expect((await republish(platform, window)).ids.sort()).toEqual(lost.sort());
    expect(await republish(platform, { ...window, dryRun: false })).toMatchObject({ said: lost.length });

    for (const id of payments) expect(await ended(caller, id)).toMatchObject({ status: 'succeeded' });
    await poll('no event to be missing', async () => ((await republish(platform, window)).ids.length === 0 ? true : undefined));
    expect(await idsInLog(caller)).toEqual(expect.arrayContaining([...lost, ...payments.map((id) => `${id}-3`)]));
    const { body } = expectStatus(await platform.get('/v1/operations/audit-entries'), 200);
    expect(body['data']).toEqual(expect.arrayContaining([expect.objectContaining({ action: 'republish', subject: 'payments' })]));
  }, 120_000);
});
