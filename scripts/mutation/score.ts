import * as z from 'zod';

const mutantSchema = z.object({ status: z.enum(['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored', 'CompileError', 'RuntimeError', 'Pending']) });
/** Of Stryker's report (mutation-testing-report-schema) what is counted. */
const reportSchema = z.object({ files: z.record(z.string(), z.object({ mutants: z.array(mutantSchema) })) });

export interface Score {
  readonly file: string;
  /** Mutants that a test noticed, and all that it could have noticed. */
  readonly caught: number;
  readonly judged: number;
  /** Mutants that change nothing a test could see, each explained on its line. */
  readonly explained: number;
}

/** @param report the content of Stryker's JSON report on this one module; throws when it is something else */
export const scoreOf = (file: string, report: unknown): Score => {
  const mutants = Object.values(reportSchema.parse(report).files).flatMap((one) => one.mutants);
  const count = (...statuses: readonly string[]): number => mutants.filter(({ status }) => statuses.includes(status)).length;
  return { file, caught: count('Killed', 'Timeout'), judged: count('Killed', 'Timeout', 'Survived', 'NoCoverage'), explained: count('Ignored') };
};

export const percentOf = ({ caught, judged }: Score): number => (judged === 0 ? 100 : (100 * caught) / judged);

/** Markdown, to be kept in the docs as it is. */
export const tableOf = (scores: readonly Score[]): string =>
  ['| module | caught | of | score | explained |', '|---|---|---|---|---|', ...scores.map(rowOf)].join('\n');

const rowOf = (score: Score): string =>
  `| \`${score.file}\` | ${score.caught} | ${score.judged} | ${percentOf(score).toFixed(1)} % | ${score.explained} |`;
