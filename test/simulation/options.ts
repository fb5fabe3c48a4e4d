import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { regressions } from './regressions/regressions.ts';
import { scenarios } from './scenarios/scenarios.ts';

export interface Options {
  /** First and last seed; the last is infinite with `forMs`. */
  readonly from: number;
  readonly to: number;
  readonly forMs?: number;
  readonly scenario?: string;
  readonly json: boolean;
  readonly workers: number;
  readonly untilFailure: boolean;
  readonly trace: boolean;
  /** Make a failure small before it is told. */
  readonly shrinking: boolean;
  readonly coverage: boolean;
  /** The runs that broke a promise once, in place of seeds. */
  readonly regressions: boolean;
}

export const usage = `npm run simulate -- [--seed N | --seeds A..B | --for 20m] [options]     default: --seeds 1..200

  --seed N           one run; what it does is decided by the number alone
  --seeds A..B       these runs
  --for 20m          run after run for so long (s, m, h), from a random seed on or from --seeds A..
  --scenario NAME    this one and no other: ${scenarios.map(({ name }) => name).join(', ')}
  --until-failure    end with the first run that breaks a promise
  --workers N        processes (default: all cores)
  --no-shrinking     do not make a failure small before it is told
  --regressions      the runs that broke a promise once
  --trace            everything that happened, line by line
  --coverage         what was met, and in how many runs; a command, a way of a payment's states or a fault that no run met is a failure
  --json             the result as JSON on standard output

Exit code: 0 all promises hold, 1 a promise is broken (seed, story and how to replay are printed), 2 usage.
`;

/** @returns what is wrong with the arguments, if something is */
export const parseOptions = (argv: readonly string[]): Options | string => {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        seed: { type: 'string' }, seeds: { type: 'string' }, for: { type: 'string' }, scenario: { type: 'string' }, workers: { type: 'string' },
        json: { type: 'boolean', default: false }, 'until-failure': { type: 'boolean', default: false }, trace: { type: 'boolean', default: false },
        'no-shrinking': { type: 'boolean', default: false }, coverage: { type: 'boolean', default: false },
        regressions: { type: 'boolean', default: false },
      },
    });
    if (values.scenario !== undefined && !scenarios.some(({ name }) => name === values.scenario)) return `There is no scenario ${values.scenario}.`;
    const chosen = (['seed', 'seeds', 'for', 'scenario'] as const).find((name) => values[name] !== undefined);
    if (values.regressions && chosen !== undefined) return `--regressions runs what was found, as it was found: --${chosen} has no place with it.`;
    const forMs = values.for === undefined ? undefined : milliseconds(values.for);
    const range = values.regressions ? { from: 1, to: regressions.length } : seedsOf(values.seed, values.seeds, forMs !== undefined);
    const workers = Number(values.workers ?? availableParallelism());
    if (!Number.isInteger(workers) || workers < 1) return '--workers is a number of processes.';
    return {
      ...range, json: values.json, untilFailure: values['until-failure'], trace: values.trace, coverage: values.coverage, shrinking: !values['no-shrinking'],
      regressions: values.regressions, workers: Math.min(workers, range.to - range.from + 1),
      ...(forMs === undefined ? {} : { forMs }), ...(values.scenario === undefined ? {} : { scenario: values.scenario }),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

const milliseconds = (text: string): number => {
  const [, count = '', unit = ''] = /^(\d+)([smh])$/.exec(text) ?? [];
  const factor = units[unit];
  if (factor === undefined) throw new Error(`--for ${text}: say it as 30s, 20m or 1h.`);
  if (Number(count) === 0) throw new Error('--for 0: nothing is proven in no time.');
  return Number(count) * factor;
};

const seedsOf = (seed: string | undefined, seeds: string | undefined, endless: boolean): { readonly from: number; readonly to: number } => {
  if (seed !== undefined && seeds !== undefined) throw new Error('Give --seed or --seeds, not both.');
  const [, first = '', last] = /^(\d+)(?:\.\.(\d*))?$/.exec(seed ?? seeds ?? (endless ? `${1 + Math.floor(Math.random() * 1_000_000_000)}..` : '1..200')) ?? [];
  if (first === '') throw new Error('Seeds are whole numbers: --seed 7, --seeds 1..2000.');
  const from = Number(first);
  if (last === '' && !endless) throw new Error(`--seeds ${first}..: say the last one as well, or --for how long.`);
  if (endless && last !== undefined && last !== '') throw new Error('With --for there is no last seed: --seeds 1.. or none.');
  const to = endless ? Number.MAX_SAFE_INTEGER : last === undefined || last === '' ? from : Number(last);
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) throw new Error('Seeds are numbers that can be counted on.');
  if (to < from) throw new Error(`--seeds ${seeds ?? ''} ends before it begins.`);
  return { from, to };
};
