import { InvokeCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { CARRIERS_AT_ONCE, saidAgainSchema } from '../outbox/retelling-requests.ts';
import { lambda } from '../shared/aws/lambda-client.ts';
import type { Carrier, RetellingRequest, SaidAgain } from '../outbox/retelling-requests.ts';
import type { EventOwner } from '../shared/events/registry.ts';
import type { EventCarriers } from './event-carriers.ts';

const namesSchema = z.strictObject({ payments: z.string(), fraud: z.string(), ledger: z.string(), notifications: z.string() });

/** @param functionNames JSON: service -> name of its retelling function */
export const lambdaEventCarriers = (functionNames: string): EventCarriers => {
  const names = namesSchema.parse(JSON.parse(functionNames));

  const ask = async <Answer>(owner: EventOwner, request: RetellingRequest, answerSchema: z.ZodType<Answer>): Promise<Answer> => {
    const { Payload, FunctionError } = await lambda().send(new InvokeCommand({ FunctionName: names[owner], Payload: JSON.stringify(request) }));
    // What it threw is in its own log, and may name items.
    if (FunctionError !== undefined || Payload === undefined) throw new Error(`The retelling function of ${owner} failed. See its log.`);
    return answerSchema.parse(JSON.parse(Buffer.from(Payload).toString()));
  };

  return {
    sayAgain: async (owner, carriers) => {
      let [said, refused]: [number, SaidAgain['refused']] = [0, []];
      for (const part of inParts(carriers, CARRIERS_AT_ONCE)) {
        const answer = await ask(owner, { request: 'say-again', carriers: [...part] }, saidAgainSchema);
        said += answer.said;
        refused = [...refused, ...answer.refused];
      }
      return { said, refused };
    },
  };
};

const inParts = (carriers: readonly Carrier[], size: number): (readonly Carrier[])[] =>
  Array.from({ length: Math.ceil(carriers.length / size) }, (_, index) => carriers.slice(index * size, (index + 1) * size));
