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

  it('says in one line what prod lacks, and nothing when it lacks nothing', () => {
    const prod = stageNamed('prod');
    expect(missingSettings(prod)).toBe('Stage prod has no domain and certificate in lib/stages.ts: the API keeps its execute-api host name.');
    expect(missingSettings({ ...prod, domain: { name: 'api.example.com', certificateArn: 'arn' } })).toBeUndefined();
    expect(missingSettings(stageNamed('dev'))).toBeUndefined();
  });
});
