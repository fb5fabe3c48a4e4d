import { Deployment } from './deployment.ts';
import { alarmHasAction } from './rules/alarm-has-action.ts';
import { alarmSaysWhatToDo } from './rules/alarm-says-what-to-do.ts';
import { bucketIsPrivate } from './rules/bucket-is-private.ts';
import { dataHasOwnKey } from './rules/data-has-own-key.ts';
import { deadLetterQueueHasAlarm } from './rules/dead-letter-queue-has-alarm.ts';
import { functionHasLogGroup } from './rules/function-has-log-group.ts';
import { logGroupHasRetention } from './rules/log-group-has-retention.ts';
import { mappingReportsFailures } from './rules/mapping-reports-failures.ts';
import { policyNamesActions } from './rules/policy-names-actions.ts';
import { policyNamesPrincipals } from './rules/policy-names-principals.ts';
import { queueHasDeadLetterQueue } from './rules/queue-has-dead-letter-queue.ts';
import { ruleTargetHasDeadLetterQueue } from './rules/rule-target-has-dead-letter-queue.ts';
import { tableCanBeRestored } from './rules/table-can-be-restored.ts';
import { visibilityTimeoutCoversConsumer } from './rules/visibility-timeout-covers-consumer.ts';
import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport, PolicyViolation } from 'aws-cdk-lib';
import type { Rule } from './rule.ts';

const PACK = 'PaymentPipeline';

export const rules: readonly Rule[] = [
  queueHasDeadLetterQueue, deadLetterQueueHasAlarm, visibilityTimeoutCoversConsumer, mappingReportsFailures, ruleTargetHasDeadLetterQueue,
  tableCanBeRestored, dataHasOwnKey, functionHasLogGroup, logGroupHasRetention,
  policyNamesActions, policyNamesPrincipals, bucketIsPrivate, alarmHasAction, alarmSaysWhatToDo,
];

/** Our own invariants beside the packs of cdk-nag; they read the templates, which is what is deployed (docs/adr/0018-own-rules-read-the-templates.md). */
export class PaymentPipelineChecks implements IPolicyValidationPlugin {
  readonly name = PACK;

  validate({ stackTemplates }: Pick<IPolicyValidationContext, 'stackTemplates'>): PolicyValidationPluginReport {
    const deployment = new Deployment(stackTemplates);
    const violations = rules.map((rule) => violationOf(rule, deployment)).filter(({ violatingResources }) => violatingResources.length > 0);
    return { success: violations.length === 0, violations };
  }
}

const violationOf = (rule: Rule, deployment: Deployment): PolicyViolation => ({
  ruleName: `${PACK}-${rule.name}`,
  description: rule.states,
  fix: rule.fix,
  severity: 'error',
  violatingResources: deployment.ofType(...rule.about).filter((resource) => !rule.holds(resource, deployment))
    .map(({ logicalId, stack }) => ({ resourceLogicalId: logicalId, templatePath: stack.path, locations: ['Properties'] })),
});
