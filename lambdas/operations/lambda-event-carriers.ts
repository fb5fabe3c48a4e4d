import { InvokeCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import {
  CARRIERS_AT_ONCE, EVENTS_AT_ONCE, PARKED_AT_ONCE, parkedPageSchema, parkedRetoldSchema, publicEventsSchema, saidAgainSchema, unloggedSchema,
} from '../outbox/retelling-requests.ts';
import { isTransientName, UndecidedError } from '../shared/aws/errors.ts';
import { lambda } from '../shared/aws/lambda-client.ts';
import type { RetellingRequest } from '../outbox/retelling-requests.ts';
import type { EventOwner } from '../shared/events/registry.ts';
import type { EventCarriers } from './event-carriers.ts';

const namesSchema = z.strictObject({ payments: z.string(), fraud: z.string(), ledger: z.string(), notifications: z.string(), operations: z.string() });

/** The event log is in the table of this service. */
const LOG_OWNER: EventOwner = 'notifications';

/** @param functionNames JSON: service -> name of its retelling function */
export const lambdaEventCarriers = (functionNames: string): EventCarriers => {
  const names = namesSchema.parse(JSON.parse(functionNames));

  const ask = async <Answer>(owner: EventOwner, request: RetellingRequest, answerSchema: z.ZodType<Answer>): Promise<Answer> => {
    const { Payload, FunctionError } = await lambda().send(new InvokeCommand({ FunctionName: names[owner], Payload: JSON.stringify(request) }));
    if (FunctionError !== undefined || Payload === undefined) throw failureOf(owner, Payload);
    return answerSchema.parse(JSON.parse(Buffer.from(Payload).toString()));
  };

  return {
    sayAgain: async (owner, carriers) => {
      const parts = inParts(carriers, CARRIERS_AT_ONCE);
      const answers = [];
      for (const part of parts) answers.push(await ask(owner, { request: 'say-again', carriers: part }, saidAgainSchema));
      return { said: answers.reduce((sum, { said }) => sum + said, 0), refused: answers.flatMap(({ refused }) => refused) };
    },

    publicEvents: (owner, request) => ask(owner, { request: 'list-public-events', ...request }, publicEventsSchema),

    unlogged: async (events) => {
      const parts = inParts(events.map(({ tenant, id, at }) => ({ tenant, id, at })), EVENTS_AT_ONCE);
      const answers = await Promise.all(parts.map((part) => ask(LOG_OWNER, { request: 'find-unlogged', events: part }, unloggedSchema)));
      return new Set(answers.flatMap(({ ids }) => ids));
    },

    listParked: (owner, after) => ask(owner, { request: 'list-parked', ...(after === undefined ? {} : { after }) }, parkedPageSchema),

    findParked: async (owner, keys) => {
      const answers = await Promise.all(inParts(keys, PARKED_AT_ONCE).map((part) => ask(owner, { request: 'find-parked', keys: part }, parkedPageSchema)));
      return { records: answers.flatMap(({ records }) => records) };
    },

    retellParked: (owner, key) => ask(owner, { request: 'retell-parked', key }, parkedRetoldSchema),
  };
};

/** How Lambda tells that a function had no time left, or that its process ended: the next call begins anew. */
const endedByLambda = new Set(['Sandbox.Timedout', 'Runtime.ExitError']);
const failureSchema = z.object({ errorType: z.string() });

/** What it threw is in its own log, and may name items: only its kind is told. */
const failureOf = (owner: EventOwner, payload: Uint8Array | undefined): Error => {
  const { data } = failureSchema.safeParse(JSON.parse(Buffer.from(payload ?? []).toString() || '{}'));
  const passes = data !== undefined && (endedByLambda.has(data.errorType) || isTransientName(data.errorType));
  const message = `The retelling function of ${owner} failed. See its log.`;
  return passes ? new UndecidedError(message) : new Error(message);
};

const inParts = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
