import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../project-root.ts';
import { at, listAt } from '../deployment.ts';
import type { Rule } from '../rule.ts';

/** What broke, who is hurt, where it is written what to do, and where to look: the text that the construct Alarm makes. */
const description = /^\w+ at \S.*?\. \S.{20,}\. Runbook: (docs\/runbooks\/[a-z-]+\.md) Console: https:\S+$/;

/** The console's link is joined from the region where a stack is bound to none. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : listAt(value, 'Fn::Join', 1).map((part) => (typeof part === 'string' ? part : 'region')).join('');

export const alarmSaysWhatToDo: Rule = {
  name: 'AlarmSaysWhatToDo',
  states: 'Every alarm says what broke and who is hurt, names a runbook that exists, and links to the console.',
  fix: 'Make it with Alarm.',
  about: ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'],
  holds: ({ properties }) => {
    const [, runbook] = description.exec(textOf(at(properties, 'AlarmDescription'))) ?? [];
    return runbook !== undefined && existsSync(join(projectRoot, runbook));
  },
};
