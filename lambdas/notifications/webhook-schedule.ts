import { environment } from '../shared/contract/environment.ts';
import { webhookScheduleSchema } from '../shared/contract/webhook-schedule.ts';
import { setting } from '../shared/config/settings.ts';
import type { WebhookSchedule } from '../shared/contract/webhook-schedule.ts';

/** @throws Error when the setting is missing or wrong: the function must not start with a schedule that nobody chose */
export const webhookSchedule = (): WebhookSchedule => webhookScheduleSchema.parse(JSON.parse(setting(environment.webhookSchedule)));
