import { agrees, answerTo } from './answers.ts';
import { RandomOperations, tableNamed } from './random-operations.ts';
import type { Answer } from './answers.ts';
import type { Deviation } from './deviations.ts';
import type { Command } from './random-operations.ts';
import type { Change } from './stream-records.ts';
import type { Subject } from './subjects.ts';

export interface Comparison {
  readonly memory: Subject;
  readonly engine: Subject;
  readonly deviations: readonly Deviation[];
  readonly seed: number;
  readonly operations: number;
}

/** What was compared, for the test to see that it was not nothing. */
export interface Compared {
  /** Operations that both answered, or both refused. */
  readonly answered: number;
  readonly refused: number;
  /** Kept from the engine, because it is known to do otherwise. */
  readonly kept: number;
}

/** @throws Error with the first operation to which the engine gave another answer, and both answers */
export async function compare({ memory, engine, deviations, seed, operations }: Comparison): Promise<Compared> {
  const table = `differential-${process.pid}-${seed}`;
  for (const subject of [memory, engine]) await subject.createTable(tableNamed(table));
  const random = new RandomOperations(table, seed);
  const counts = { answered: 0, refused: 0, kept: 0 };
  for (let count = 0; count < operations; count += 1) {
    const command = random.next();
    const text = JSON.stringify(command.input);
    if (deviations.some(({ asks }) => asks?.(text))) {
      counts.kept += 1;
      continue;
    }
    const expected = await answerTo(memory.client, command);
    if (isKept(expected, deviations)) {
      counts.kept += 1;
      continue;
    }
    const answer = await answerTo(engine.client, command);
    if (!agrees(command, expected, answer)) throw new Error(`operation ${count} of seed ${seed}: ${difference(command, expected, answer)}`);
    counts['answered' in expected ? 'answered' : 'refused'] += 1;
  }
  compareChanges(await memory.changes(table), await engine.changes(table), seed);
  return counts;
}

const isKept = (expected: Answer, deviations: readonly Deviation[]): boolean =>
  'refused' in expected && deviations.some(({ refusals }) => refusals?.test(expected.why));

export const difference = (command: Command, expected: Answer, answer: Answer): string =>
  `${command.constructor.name} ${JSON.stringify(command.input)}\n  in memory: ${JSON.stringify(expected)}\n  engine:    ${JSON.stringify(answer)}`;

/** In one order for each item; that of several items in one transaction is nowhere said. */
function compareChanges(expected: readonly Change[], told: readonly Change[], seed: number): void {
  const byItem = (changes: readonly Change[]): Map<string, string[]> => {
    const items = new Map<string, string[]>();
    for (const change of changes) {
      const item = JSON.stringify(change.keys);
      items.set(item, [...(items.get(item) ?? []), JSON.stringify(change)]);
    }
    return items;
  };
  const engine = byItem(told);
  for (const [item, changes] of byItem(expected)) {
    const there = engine.get(item) ?? [];
    const index = changes.findIndex((change, position) => change !== there[position]);
    if (index >= 0) throw new Error(`stream of seed ${seed}, change ${index} of ${item}:\n  in memory: ${changes[index]}\n  engine:    ${there[index]}`);
  }
  if (told.length !== expected.length) throw new Error(`stream of seed ${seed}: ${told.length} changes, in memory ${expected.length}`);
}
