import { at } from '../deployment.ts';
import type { Rule } from '../rule.ts';

export const logGroupHasRetention: Rule = {
  name: 'LogGroupHasRetention',
  states: 'No log is kept for ever.',
  fix: 'Set its retention to the stage\'s logRetention.',
  about: ['AWS::Logs::LogGroup'],
  holds: ({ properties }) => at(properties, 'RetentionInDays') !== undefined,
};
