import type { Guard } from '../guard.ts';

const nag = ['test/infra/nag.test.ts'];

const rule = (file: string, name: string, find: string, replace: string): Guard => ({ name: `rule: ${name}`, file: `lib/nag/rules/${file}.ts`, find, replace, tests: nag });

export const nagGuards: readonly Guard[] = [
  rule('queue-has-dead-letter-queue', 'a queue without dead letters is found', '|| isDeadLetterQueue(queue, deployment)', '|| true'),
  rule('dead-letter-queue-has-alarm', 'an alarm on another queue does not count', 'deployment.named(at(dimension, \'Value\'), alarm) === queue', 'dimension !== queue'),
  rule('visibility-timeout-covers-consumer', 'a message stays hidden for six timeouts', 'const TIMES = 6;', 'const TIMES = 5;'),
  rule('mapping-reports-failures', 'batches that fail whole are found', '.includes(\'ReportBatchItemFailures\')', '.length < 2'),
  rule('rule-target-has-dead-letter-queue', 'every target is looked at', '?.type === QUEUE', '?.type !== \'\''),
  rule('table-can-be-restored', 'recovery must be switched on', '=== true', '!== undefined'),
  rule('data-has-own-key', 'a key of AWS does not count', '?.type === \'AWS::KMS::Key\'', '?.type !== \'\''),
  rule('policy-names-actions', 'a pattern of actions is found', '!/[*?]/.test(String(action))', 'String(action) !== \'*\''),
  rule('policy-names-principals', 'everybody is nobody\'s name', 'principal !== \'*\'', 'principal !== \'\''),
  rule('bucket-is-private', 'all four blocks are needed', 'blocks.every(', 'blocks.some('),
  rule('alarm-has-action', 'an action that is switched off does not count', 'at(alarm.properties, \'ActionsEnabled\') !== false\n    && ', ''),
  rule('alarm-says-what-to-do', 'the runbook must exist', ' && existsSync(join(projectRoot, runbook))', ''),
  {
    name: 'rule: only the own account may have all of a key',
    file: 'lib/nag/policy-statements.ts',
    find: '`:iam::${account}:root`',
    replace: '\':root\'',
    tests: nag,
  },
  {
    name: 'nag: the rules of our own are checked at every synthesis',
    file: 'lib/nag/packs.ts',
    find: ', new PaymentPipelineChecks(),',
    replace: ',',
    tests: nag,
  },
  {
    name: 'nag: a reason without a finding is seen',
    file: 'lib/nag/acknowledgements.ts',
    find: "'Serverless-SQSRedrivePolicy');",
    replace: "'Serverless-SQSRedrivePolicy', 'Serverless-SNSRedrivePolicy');",
    tests: nag,
  },
  {
    name: 'nag: an event reaches its queue only by its own rule',
    file: 'lib/constructs/event-route.ts',
    find: "conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },",
    replace: '',
    tests: ['test/infra/stacks.test.ts'],
  },
];
