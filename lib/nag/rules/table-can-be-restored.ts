import { at } from '../deployment.ts';
import type { Rule } from '../rule.ts';

export const tableCanBeRestored: Rule = {
  name: 'TableCanBeRestored',
  states: 'Every table can be restored to any second of the last 35 days.',
  fix: 'Make it with ServiceTable.',
  about: ['AWS::DynamoDB::Table'],
  holds: ({ properties }) => at(properties, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled') === true,
};
