import type { Transit } from '../constructs/transit.ts';
import type { DataStack } from '../stacks/data-stack.ts';

/** What a service is built on. */
export interface Surroundings {
  readonly data: DataStack;
  readonly transit: Transit;
}
