import { at } from '../deployment.ts';
import type { Rule } from '../rule.ts';

/** The group that Lambda makes by itself keeps everything for ever, with no key of ours. */
export const functionHasLogGroup: Rule = {
  name: 'FunctionHasLogGroup',
  states: 'Every function writes to a log group of these stacks.',
  fix: 'Make it with ServiceFunction.',
  about: ['AWS::Lambda::Function'],
  holds: (fn, deployment) => deployment.named(at(fn.properties, 'LoggingConfig', 'LogGroup'), fn)?.type === 'AWS::Logs::LogGroup',
};
