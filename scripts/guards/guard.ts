import type { Change } from '../change.ts';

/** One line of the product that keeps a promise, and the tests that must notice when it is gone. */
export interface Guard extends Change {
  /** Says what is taken away. */
  readonly name: string;
  /** Paths of test files from the project's root, all of one jest project. */
  readonly tests: readonly string[];
  /** The rule that refuses to synthesize without it: then no test of the stacks comes to run. */
  readonly refusal?: `${'AwsSolutions' | 'Serverless' | 'PaymentPipeline'}-${string}`;
}

export type Verdict =
  /** `by`: title of the first test that failed, or the rule that refused. */
  | { readonly outcome: 'caught'; readonly by: string }
  | { readonly outcome: 'missed'; readonly why: string };

export type Checked = Verdict & { readonly guard: Guard; readonly seconds: number };
