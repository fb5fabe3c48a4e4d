import { describe, expect, it } from '@jest/globals';
import { fraudLimitsSchema } from '../../lambdas/shared/contract/fraud-limits.ts';
import { webhookScheduleSchema } from '../../lambdas/shared/contract/webhook-schedule.ts';
import { missingSettings, stageNamed } from '../../lib/stages.ts';

describe('stages', () => {
  it.each(['test', '', undefined, 'constructor', 42])('refuses a stage that does not exist: %p', (name) => {
    expect(() => stageNamed(name)).toThrow('lib/stages.ts');
  });

  it.each(['dev', 'prod'])('%s has fraud limits that the fraud service accepts, and no webhooks to itself', (name) => {
    const { fraudLimits, allowLoopbackWebhooks } = stageNamed(name);
    expect(fraudLimitsSchema.parse(fraudLimits)).toEqual(fraudLimits);
    expect(allowLoopbackWebhooks).toBe(false);
  });

  it.each(['dev', 'prod'])('%s limits each enabled currency in its own minor units, in what an environment of 4 KB holds', (name) => {
    const { fraudLimits: { EUR, JPY, KWD, XPF }, fraudLimits } = stageNamed(name);
    expect([(JPY?.maxAmountMinor ?? 0) / (EUR?.maxAmountMinor ?? 0), (KWD?.velocity.day.maxAmountMinor ?? 0) / (EUR?.velocity.day.maxAmountMinor ?? 0)]).toEqual([1.5, 3]);
    expect(JPY?.velocity.minute.maxCount).toBe(EUR?.velocity.minute.maxCount);
    expect(XPF).toBeUndefined();
    expect(JSON.stringify(fraudLimits).length).toBeLessThan(3_000);
  });

  it.each(['dev', 'prod'])('%s has a webhook schedule of ten attempts that the delivery function accepts', (name) => {
    const { webhookSchedule } = stageNamed(name);
    expect(webhookScheduleSchema.parse(webhookSchedule)).toEqual(webhookSchedule);
    expect(webhookSchedule.waits).toHaveLength(9);
  });

  it('prod tries webhooks for three days, and gives an endpoint up after five', () => {
    const { waits, disableAfter } = stageNamed('prod').webhookSchedule;
    expect(waits).toEqual([5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600]);
    expect(disableAfter).toBe(5 * 86_400);
  });

  it('says in one line what prod lacks, and nothing when it lacks nothing', () => {
    const prod = stageNamed('prod');
    expect(missingSettings(prod)).toBe('Stage prod has no domain and certificate in lib/stages.ts: the API keeps its execute-api host name.');
    expect(missingSettings({ ...prod, domain: { name: 'api.example.com', certificateArn: 'arn' } })).toBeUndefined();
    expect(missingSettings(stageNamed('dev'))).toBeUndefined();
  });
});
