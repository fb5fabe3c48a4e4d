import { QUEUE } from '../dead-letter-queues.ts';
import { at, listAt } from '../deployment.ts';
import type { Rule } from '../rule.ts';

/** Without one EventBridge drops what it could not deliver. */
export const ruleTargetHasDeadLetterQueue: Rule = {
  name: 'RuleTargetHasDeadLetterQueue',
  states: 'Every target of a rule has a dead-letter queue.',
  fix: 'Make the rule with EventRoute, or say in lib/nag/acknowledgements.ts why nothing is lost.',
  about: ['AWS::Events::Rule'],
  holds: (rule, deployment) =>
    listAt(rule.properties, 'Targets').every((target) => deployment.named(at(target, 'DeadLetterConfig', 'Arn'), rule)?.type === QUEUE),
};
