import type { DeployedResource, Deployment } from './deployment.ts';

/** One invariant of our own. Findings carry its name as `PaymentPipeline-<name>`. */
export interface Rule {
  readonly name: string;
  /** The invariant. */
  readonly states: string;
  /** What whoever meets the finding does. */
  readonly fix: string;
  /** The types of resources it holds for. */
  readonly about: readonly string[];
  readonly holds: (resource: DeployedResource, deployment: Deployment) => boolean;
}
