import { promises } from './invariants/invariants.ts';
import type { Violation } from './contract.ts';
import type { TraceLine } from './engine/trace.ts';
import type { RunResult } from './run.ts';
import type { Shrunk } from './shrink.ts';

const MOST_LINES = 150;

/** What happened, as far as it concerns what is wrong: callers, faults, and whoever dealt with the things that the violations name. */
export const storyOf = (result: RunResult): string[] => {
  const texts = result.texts();
  const names = subjectsOf(result.violations);
  const concerned = new Set<string>();
  result.trace.forEach(({ who, kind }, index) => {
    if (kind === 'fault' || names.some((name) => texts[index]?.includes(name) === true)) concerned.add(who);
  });
  const tells = ({ who, kind }: TraceLine, index: number): boolean =>
    names.length === 0 || kind === 'fault' || kind === 'caller' || (concerned.has(who) && (kind !== 'invocation' || texts[index]?.endsWith(': ends') !== true));
  const told = texts.filter((_, index) => {
    const line = result.trace[index];
    return line !== undefined && tells(line, index);
  });
  return told.length <= MOST_LINES ? told : [...told.slice(0, MOST_LINES), `(and ${told.length - MOST_LINES} lines more: --trace shows all)`];
};

const subjectsOf = (violations: readonly Violation[]): string[] => violations.flatMap(({ about }) => about).filter((name) => name.length > 3);

const countOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** The promises that are broken, each with its sentence and some of what breaks it. */
const tellViolations = (violations: readonly Violation[], most: number): string[] =>
  [...new Set(violations.map(({ invariant }) => invariant))].flatMap((name) => {
    const own = violations.filter(({ invariant }) => invariant === name);
    return [
      `  ${name}: ${promises.get(name) ?? ''}`,
      ...own.slice(0, most).map(({ message, about }) => `    broken: ${message}${about.length === 0 ? '' : ` [${about.join(' ')}]`}`),
      ...(own.length > most ? [`    and ${countOf(own.length - most, 'time')} more`] : []),
    ];
  });

/** A failed run, told to whoever has to find out why. */
export const tellFailure = (seed: number, scenario: string, failed: RunResult, { result, plan, faults, runs }: Shrunk, withTrace: boolean): string => [
  `Seed ${seed} (${scenario}) breaks ${countOf(new Set(failed.violations.map(({ invariant }) => invariant)).size, 'promise')}:`,
  ...tellViolations(failed.violations, 5),
  '',
  `The least that breaks it still: ${plan.steps.length} of ${failed.plan.steps.length} steps, ${faults.length} of ${failed.struck.length} faults, ${countOf(plan.outages.length, 'outage')} (${countOf(runs, 'run')}).`,
  ...tellViolations(result.violations, 3),
  '',
  ...plan.steps.map(({ actor, at, does, with: given }) => `  step  ${actor} ${does} from ${at / 1_000} s on: ${JSON.stringify(given)}`),
  ...plan.outages.map(({ part, from, until }) => `  outage  ${part} from ${from / 1_000} s to ${until / 1_000} s`),
  ...faults.map(({ kind, where }) => `  fault  ${kind}: ${where}`),
  '',
  ...(withTrace ? result.texts() : storyOf(result)),
  '',
  `Again: npm run simulate -- --seed ${seed} --scenario ${scenario}`,
  '',
].join('\n');
