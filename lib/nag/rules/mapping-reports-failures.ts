import { listAt } from '../deployment.ts';
import type { Rule } from '../rule.ts';

/** Without it one bad message takes its whole batch back to the queue, and in the end to the dead letters. */
export const mappingReportsFailures: Rule = {
  name: 'MappingReportsFailures',
  states: 'Every function that is fed by a queue or a stream reports which messages failed.',
  fix: 'Set reportBatchItemFailures on the mapping.',
  about: ['AWS::Lambda::EventSourceMapping'],
  holds: ({ properties }) => listAt(properties, 'FunctionResponseTypes').includes('ReportBatchItemFailures'),
};
