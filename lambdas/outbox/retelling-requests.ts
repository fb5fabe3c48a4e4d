import * as z from 'zod';

const keyPart = z.string().min(1).max(1_024);

/** An item that carries events, and the entries of its list that are to be said again. */
const carrierSchema = z.strictObject({ pk: keyPart, sk: keyPart, sequences: z.array(z.int().min(1)).min(1).max(500) });
export type Carrier = z.infer<typeof carrierSchema>;

/** Items of one request: more would not fit into the time of an API call. */
export const CARRIERS_AT_ONCE = 100;

/** What operations may ask of a service's retelling function. */
export const retellingRequestSchema = z.discriminatedUnion('request', [
  z.strictObject({ request: z.literal('say-again'), carriers: z.array(carrierSchema).min(1).max(CARRIERS_AT_ONCE) }),
]);
export type RetellingRequest = z.infer<typeof retellingRequestSchema>;

/** An entry that the table does not have. */
const unknownEntrySchema = z.object({ pk: z.string(), sk: z.string(), sequence: z.int() });

/** What came of saying again: how many entries were said, and which the table does not have. */
export const saidAgainSchema = z.object({ said: z.int(), refused: z.array(unknownEntrySchema).readonly() });
export type SaidAgain = z.infer<typeof saidAgainSchema>;
