import { at, listAt } from '../deployment.ts';
import { allowing, resourcePolicies } from '../policy-statements.ts';
import type { Rule } from '../rule.ts';

/** Conditions do not help: one that is mistyped leaves the door open. */
export const policyNamesPrincipals: Rule = {
  name: 'PolicyNamesPrincipals',
  states: 'No key, queue, topic, bucket or bus is open to everybody.',
  fix: 'Name the service or role that needs it.',
  about: resourcePolicies,
  holds: (policy) => allowing(policy).every((statement) =>
    at(statement, 'NotPrincipal') === undefined && [...listAt(statement, 'Principal'), ...listAt(statement, 'Principal', 'AWS')].every((principal) => principal !== '*')),
};
