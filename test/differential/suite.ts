import { beforeAll, describe, expect, it } from '@jest/globals';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { agrees, answerTo } from './answers.ts';
import { compare } from './compare.ts';
import { tableNamed } from './random-operations.ts';
import { inMemorySubject } from './subjects.ts';
import type { Deviation } from './deviations.ts';
import type { Subject } from './subjects.ts';

export interface DifferentialSuite {
  readonly name: string;
  /** Asked once the tests run: until then the engine may be on its way. */
  readonly engine: () => Subject;
  readonly deviations: readonly Deviation[];
  readonly seeds: readonly number[];
  readonly operationsPerSeed: number;
}

/** Holds the in-memory DynamoDB, on which all other tests rest, to a real engine. */
export function describeDifferential({ name, engine, deviations, seeds, operationsPerSeed }: DifferentialSuite): void {
  describe(`the in-memory DynamoDB and ${name}`, () => {
    const memory = inMemorySubject();
    let real: Subject;
    beforeAll(() => {
      real = engine();
    });

    it.each(seeds)('answer the same to the same random operations, and their streams tell the same, seed %i', async (seed) => {
      const { answered, refused } = await compare({ memory, engine: real, deviations, seed, operations: operationsPerSeed });
      // Of the random operations many are refused, and some kept from the engine: what is compared is still the most.
      expect(answered).toBeGreaterThan(operationsPerSeed / 4);
      expect(answered + refused).toBeGreaterThan(operationsPerSeed / 2);
    }, 120_000);

    it.each(deviations.map((deviation, index) => ({ ...deviation, index })))('differ as they are known to: it $engine', async ({ item, example, index, asks, refusals }) => {
      const table = `deviation-${process.pid}-${index}`;
      for (const subject of [memory, real]) {
        await subject.createTable(tableNamed(table));
        if (item !== undefined) await subject.client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: 'a' }, sk: { S: '1' }, ...item } }));
      }
      const command = example(table);
      const expected = await answerTo(memory.client, command);

      // Fails when the engine does as AWS: then the deviation is to be taken from the list.
      expect(agrees(command, expected, await answerTo(real.client, command))).toBe(false);
      expect(asks?.(JSON.stringify(command.input)) === true || ('refused' in expected && refusals?.test(expected.why) === true)).toBe(true);
    });
  });
}
