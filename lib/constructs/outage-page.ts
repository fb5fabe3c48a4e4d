import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AlarmRule, AlarmState, CompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { projectRoot } from '../project-root.ts';
import { Alarm, dashboardUrl } from './alarm.ts';
import type { Platform } from './platform.ts';

interface OutagePageProps {
  readonly platform: Platform;
  /** Whose alarms these are, as the person paged knows it. */
  readonly of: string;
  /** Who is hurt by whatever breaks there. */
  readonly errorImpact: string;
}

const RUNBOOK = join('docs', 'runbooks', 'outage.md');

/**
 * One page for all alarms below a construct: an outage sets off many of them, and each tells the alarm topic, but a person is
 * woken once. Made after everything that it stands for; a test sees that no alarm is left out.
 */
export class OutagePage extends Construct {
  constructor(scope: Construct, id: string, { platform, of, errorImpact }: OutagePageProps) {
    super(scope, id);
    if (!existsSync(join(projectRoot, RUNBOOK))) throw new Error(`${this.node.path}: the runbook ${RUNBOOK} does not exist.`);
    const alarms = scope.node.findAll().filter((construct) => construct instanceof Alarm);
    if (alarms.length === 0) throw new Error(`${this.node.path}: there is no alarm that it could stand for. Make it after them.`);
    const composite = new CompositeAlarm(this, 'Resource', {
      alarmRule: AlarmRule.anyOf(...alarms.map(({ alarm }) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
      alarmDescription: `Outage at ${of}. ${errorImpact} Runbook: ${RUNBOOK} Console: ${dashboardUrl(this, platform.stage)}`,
    });
    composite.addAlarmAction(new SnsAction(platform.pageTopic));
  }
}
