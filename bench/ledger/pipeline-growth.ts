import { join } from 'node:path';
import { CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand, GetEventSourceMappingCommand, LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { freePort } from '../../local/engine-port.ts';
import { clientSettings, outputNamed } from '../../local/outputs.ts';
import { bringUp } from '../../local/pipeline.ts';
import { poll } from '../../local/poll.ts';
import { step } from '../../local/progress.ts';
import { putAll } from '../earlier/put-all.ts';
import { settledPayment } from '../earlier/settled-payment.ts';
import { openPayers, succeeded, timedPost } from '../engine/callers.ts';
import { whileUp } from '../engine/while-up.ts';
import { median } from '../statistics.ts';
import type { LocalPipeline } from '../../local/pipeline.ts';
import type { Payers } from '../engine/callers.ts';

const PAYMENTS = 500;
const WARM_UPS = 20;
const POLL_MS = 10;
const STEP = 5_000;
/** By default the SDK waits for ever. */
const ANSWER_WITHIN_MS = 60_000;

export interface PipelineSize {
  readonly earlierPayments: number;
  /** From sending the POST to the first answer that shows `succeeded`: the middle of 500, milliseconds. */
  readonly medianMs: number;
}

interface Stage {
  readonly earlierPayments: number;
  readonly pipeline: LocalPipeline;
  readonly payers: Payers;
  readonly took: number[];
}

/**
 * Latency of a payment through the whole pipeline, from its POST to its end, as the tables grow: an engine for each size, with all
 * stacks, and the engines in turns, payment by payment, so that a slow moment of the machine meets both.
 */
export const measurePipelineGrowth = async (sizes: readonly number[], runFolder: string, interrupted: AbortSignal): Promise<PipelineSize[]> => {
  const stages: Stage[] = [];
  try {
    for (const earlierPayments of sizes) {
      const pipeline = await bringUp({ port: await freePort(), runFolder: join(runFolder, String(earlierPayments)), stage: 'dev', interrupted });
      const payers = await whileUp([pipeline.engine], interrupted, () => openPayers(pipeline)).catch(async (error: unknown) => {
        await pipeline.engine.stop();
        throw error;
      });
      stages.push({ earlierPayments, pipeline, payers, took: [] });
    }
    await whileUp(stages.map(({ pipeline: { engine } }) => engine), interrupted, async () => {
      for (const stage of stages) await step(`${stage.earlierPayments.toLocaleString('en')} earlier payments`, () => prefill(stage));
      await step(`${PAYMENTS} payments in turns`, () => inTurns(stages));
    });
    return stages.map(({ earlierPayments, took }) => ({ earlierPayments, medianMs: median(took) }));
  } finally {
    for (const { pipeline } of stages) await pipeline.engine.stop();
  }
};

/** Payments of the same customers to the same merchant, in both tables; nobody is told of them. */
const prefill = async ({ earlierPayments, pipeline: { engine, outputs }, payers: { tenant, accounts } }: Stage): Promise<void> => {
  const client = new DynamoDBClient({ ...clientSettings(engine), requestHandler: { requestTimeout: ANSWER_WITHIN_MS, throwOnRequestTimeout: true } });
  await withoutRelays(engine, async () => {
    const now = Date.now();
    for (let done = 0; done < earlierPayments; done += STEP) {
      const settled = Array.from({ length: Math.min(STEP, earlierPayments - done) }, (_, index) => {
        const { payer, payee } = accounts(done + index);
        return settledPayment({ tenant, payer, payee }, String(done + index), 100, now - earlierPayments + done + index);
      });
      await putAll(client, outputNamed(outputs, 'PaymentsTableName'), settled.map(({ payment }) => payment));
      await putAll(client, outputNamed(outputs, 'LedgerTableName'), settled.map(({ transferred }) => transferred));
    }
  });
  client.destroy();
};

/** Takes the streams' readers away for the time of the work: to those that come after it, it has been forgotten. */
const withoutRelays = async (engine: LocalPipeline['engine'], work: () => Promise<void>): Promise<void> => {
  const lambda = new LambdaClient(clientSettings(engine));
  const isGone = (UUID: string | undefined) => lambda.send(new GetEventSourceMappingCommand({ UUID })).then(() => undefined, () => true as const);
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const relays = EventSourceMappings.filter(({ EventSourceArn = '' }) => EventSourceArn.includes('/stream/'));
  for (const { UUID } of relays) {
    await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    await poll('a relay to be off', () => isGone(UUID));
  }
  await work();
  for (const { EventSourceArn, FunctionArn, BatchSize, FunctionResponseTypes, MaximumRetryAttempts, BisectBatchOnFunctionError, MaximumRecordAgeInSeconds, DestinationConfig } of relays) {
    await lambda.send(new CreateEventSourceMappingCommand({
      EventSourceArn, FunctionName: FunctionArn, StartingPosition: 'LATEST', BatchSize, FunctionResponseTypes, MaximumRetryAttempts, BisectBatchOnFunctionError, MaximumRecordAgeInSeconds, DestinationConfig,
    }));
  }
  lambda.destroy();
};

const inTurns = async (stages: readonly Stage[]): Promise<void> => {
  for (let index = 0; index < WARM_UPS + PAYMENTS; index += 1) {
    for (const turn of stages.keys()) {
      const stage = stages[(index + turn) % stages.length];
      if (stage === undefined) continue;
      const { payers: { api, nextPayment }, took } = stage;
      const began = performance.now();
      const { id } = await timedPost(api, '/v1/payments', nextPayment());
      await succeeded(api, id, POLL_MS);
      if (index >= WARM_UPS) took.push(performance.now() - began);
    }
  }
};
