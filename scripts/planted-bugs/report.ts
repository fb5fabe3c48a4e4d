import type { PlantedBug } from './bug.ts';
import type { Hunted } from './hunt.ts';

export interface Planted {
  readonly bug: PlantedBug;
  readonly hunted: Hunted;
  readonly seconds: number;
}

const cell = (text: string): string => text.replaceAll('\n', ' ').replaceAll('|', '\\|');

export const lineOf = ({ bug, hunted, seconds }: Planted): string => `${hunted.result.padEnd(6)} ${seconds.toFixed(0).padStart(4)} s  ${bug.name}  <-  ${foundBy(hunted)}`;

const foundBy = (hunted: Hunted): string => {
  switch (hunted.result) {
    case 'caught':
      return `seed ${hunted.seed} (${hunted.scenario}), ${hunted.invariant}: ${hunted.message}`;
    case 'broken':
      return `the simulator itself: ${hunted.why}`;
    case 'missed':
      return `nothing in ${hunted.runs} runs`;
  }
};

/** Markdown, to be kept in the docs as it is. */
export const tableOf = (planted: readonly Planted[]): string =>
  ['| planted | in | what it would break | seeds | caught by |', '|---|---|---|---|---|', ...planted.map(rowOf)].join('\n');

const nameOf = ({ name, isClassic }: PlantedBug): string => (isClassic === true ? `**${cell(name)}**` : cell(name));

/** The page with the rows of these bugs as they came out; a bug that it does not have yet gets no row. */
export const withRows = (page: string, planted: readonly Planted[]): string => {
  const rows = new Map(planted.map((one) => [`| ${nameOf(one.bug)} |`, rowOf(one)]));
  return page.split('\n').map((line) => [...rows].find(([begin]) => line.startsWith(begin))?.[1] ?? line).join('\n');
};

const rowOf = ({ bug, hunted }: Planted): string => {
  const name = nameOf(bug);
  const found = hunted.result === 'caught' ? `${hunted.seed} | ${cell(hunted.invariant)}` : `— | **${cell(foundBy(hunted))}**`;
  return `| ${name} | \`${bug.file}\` | ${cell(bug.breaks)} | ${found} |`;
};
