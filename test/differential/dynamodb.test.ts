import { describe, expect, it } from '@jest/globals';
import { ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { canonicalNumber } from '../support/aws/dynamodb/numbers.ts';
import { endpointEngine, inMemoryEngine } from '../unit/support/aws/dynamodb/engine.ts';
import { RandomOperations } from './random-operations.ts';

const endpoint = process.env['DYNAMODB_ENDPOINT'];
const OPERATIONS = Number(process.env['DIFFERENTIAL_OPERATIONS'] ?? 2000);

/** What a client is told, without what engines may differ in: metadata, capacity, the order of a scan and the words of an error. */
async function answer(client: DynamoDBClient, command: object): Promise<unknown> {
  try {
    const { $metadata: _, ConsumedCapacity: __, ...output } = await client.send(command as PutItemCommand);
    const plain = normal(output);
    const scanned = command instanceof ScanCommand && typeof plain === 'object' && plain !== null && 'Items' in plain;
    return scanned && Array.isArray(plain.Items) ? { ...plain, Items: plain.Items.map((item) => JSON.stringify(item)).sort() } : plain;
  } catch (error) {
    // How a transaction is refused that has more than one flaw, engines settle in an order of their own.
    if (command instanceof TransactWriteItemsCommand) return 'refused';
    return error instanceof Error ? error.name : error;
  }
}

/** Names in one order, and every number in its plain form: DynamoDB Local leaves some as they were given. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, part]): [string, unknown] => {
    if (name === 'N' && typeof part === 'string') return [name, canonicalNumber(part)];
    return [name, name === 'NS' && Array.isArray(part) ? part.map(String).map(canonicalNumber) : normal(part)];
  }));
}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Opt-in, as it needs a real engine: DYNAMODB_ENDPOINT=http://127.0.0.1:8000 npm run test:differential
if (endpoint === undefined) throw new Error('Set DYNAMODB_ENDPOINT to the endpoint of a DynamoDB to compare with, such as DynamoDB Local.');

describe('the in-memory DynamoDB and a real engine', () => {
  it.each([1, 2, 3, 4])('answer the same to the same random operations, seed %i', async (seed) => {
    const memory = inMemoryEngine();
    const real = endpointEngine(endpoint);
    const table = `differential-${seed}`;
    for (const engine of [memory, real]) await engine.createTable({ name: table, partitionKey: 'pk', sortKey: 'sk' });
    const operations = new RandomOperations(table, randomFrom(seed));

    for (let count = 0; count < OPERATIONS; count += 1) {
      const command = operations.next();
      const asked = { count, input: 'input' in command ? command.input : undefined };
      const expected = await answer(real.client, command);

      expect({ ...asked, answer: await answer(memory.client, command) }).toEqual({ ...asked, answer: expected });
    }
  }, 120_000);
});
