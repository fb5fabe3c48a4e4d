import { at, listAt } from '../deployment.ts';
import { allowing, identityPolicies, isOwnAccount, resourcePolicies } from '../policy-statements.ts';
import type { Rule } from '../rule.ts';

export const policyNamesActions: Rule = {
  name: 'PolicyNamesActions',
  states: 'Every policy names the actions it allows, one by one.',
  fix: 'List the actions instead of a pattern.',
  about: [...identityPolicies, ...resourcePolicies],
  holds: (policy) => allowing(policy).every((statement) =>
    isOwnAccount(statement, policy) || (at(statement, 'NotAction') === undefined && listAt(statement, 'Action').every((action) => !/[*?]/.test(String(action))))),
};
