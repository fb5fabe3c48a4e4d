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

/** A failed run, told to whoever has to find out why. */
export const tellFailure = (seed: number, scenario: string, failed: RunResult, { result, plan, faults, runs }: Shrunk, withTrace: boolean): string => [
  `Seed ${seed} (${scenario}) breaks ${failed.violations.length === 1 ? 'a promise' : `${failed.violations.length} promises`}:`,
  ...failed.violations.slice(0, 10).map(({ invariant, message, about }) => `  ${invariant}: ${message} ${about.length === 0 ? '' : `[${about.join(' ')}]`}`),
  '',
  `The least that breaks it still: ${plan.steps.length} of ${failed.plan.steps.length} steps, ${faults.length} of ${failed.struck.length} faults, ${plan.outages.length} outages (${runs} runs).`,
  ...result.violations.slice(0, 5).map(({ invariant, message, about }) => `  ${invariant}: ${message} ${about.length === 0 ? '' : `[${about.join(' ')}]`}`),
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
