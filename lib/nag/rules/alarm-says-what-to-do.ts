import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../project-root.ts';
import { at } from '../deployment.ts';
import type { Rule } from '../rule.ts';

/** A sentence about who is hurt, then where it is written what to do: the text that the construct Alarm makes. */
const description = /^\S.{20,}\. Runbook: (docs\/runbooks\/[a-z-]+\.md)$/;

export const alarmSaysWhatToDo: Rule = {
  name: 'AlarmSaysWhatToDo',
  states: 'Every alarm says who is hurt, and names a runbook that exists.',
  fix: 'Make it with Alarm.',
  about: ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'],
  holds: ({ properties }) => {
    const [, runbook] = description.exec(String(at(properties, 'AlarmDescription'))) ?? [];
    return runbook !== undefined && existsSync(join(projectRoot, runbook));
  },
};
