import { at, listAt } from '../deployment.ts';
import type { Rule } from '../rule.ts';

export const alarmHasAction: Rule = {
  name: 'AlarmHasAction',
  states: 'Every alarm tells a topic.',
  fix: 'Make it with Alarm.',
  about: ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'],
  holds: (alarm, deployment) => at(alarm.properties, 'ActionsEnabled') !== false
    && listAt(alarm.properties, 'AlarmActions').some((action) => deployment.named(action, alarm)?.type === 'AWS::SNS::Topic'),
};
