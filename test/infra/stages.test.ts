import { describe, expect, it } from '@jest/globals';
import { fraudLimitsSchema } from '../../lambdas/shared/contract/fraud-limits.ts';
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

  it('says in one line what prod lacks, and nothing when it lacks nothing', () => {
    const prod = stageNamed('prod');
    expect(missingSettings(prod)).toBe('Stage prod has no domain and certificate in lib/stages.ts: the API keeps its execute-api host name.');
    expect(missingSettings({ ...prod, domain: { name: 'api.example.com', certificateArn: 'arn' } })).toBeUndefined();
    expect(missingSettings(stageNamed('dev'))).toBeUndefined();
  });
});
