import type { Checked } from './guard.ts';

const cell = (text: string): string => text.replaceAll('\n', ' ').replaceAll('|', '\\|');

export const lineOf = (checked: Checked): string => {
  const told = checked.outcome === 'caught' ? `"${checked.by}"` : `MISSED, ${checked.why}`;
  return `${checked.outcome.padEnd(6)} ${checked.seconds.toFixed(1).padStart(5)} s  ${checked.guard.name}  <-  ${told}`;
};

/** Markdown, to be kept in the docs as it is. */
export const tableOf = (results: readonly Checked[]): string =>
  ['| without | in | goes red |', '|---|---|---|', ...results.map(rowOf)].join('\n');

const rowOf = (checked: Checked): string => {
  const red = checked.outcome === 'caught' ? cell(checked.by) : `**nothing**: ${cell(checked.why)}`;
  return `| ${cell(checked.guard.name)} | \`${checked.guard.file}\` | ${red} |`;
};
