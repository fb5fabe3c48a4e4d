import { Construct } from 'constructs';
import { Alarm } from './alarm.ts';
import { serviceMetric } from './service-metric.ts';
import type { HttpService } from '../../lambdas/shared/contract/routes.ts';
import type { Platform } from './platform.ts';

interface ServiceErrorAlarmsProps {
  readonly platform: Platform;
  readonly service: HttpService;
}

/** Alarms on errors that a service answers for itself, so that Lambda counts none: each is a defect, and none passes by waiting. */
export class ServiceErrorAlarms extends Construct {
  constructor(scope: Construct, id: string, { platform, service }: ServiceErrorAlarmsProps) {
    super(scope, id);
    new Alarm(this, 'IntegrityAlarm', {
      platform,
      metric: serviceMetric('IntegrityErrors', service, platform.stage),
      threshold: 1,
      errorImpact: `What ${service} was told contradicts what it has stored: it refuses to act, and the payment concerned stands still.`,
      runbook: 'integrity-errors.md',
    });
    new Alarm(this, 'UnexpectedAlarm', {
      platform,
      metric: serviceMetric('UnexpectedErrors', service, platform.stage),
      threshold: 1,
      errorImpact: `A request to ${service} failed for a reason that nobody foresaw: the caller got a 500 and will get it again.`,
      runbook: 'unexpected-errors.md',
    });
  }
}
