import { describe, expect, it } from '@jest/globals';
import { liveSecrets, previousSecretUntil, SECRET_OVERLAP_MS } from '../../../lambdas/notifications/secret-rotation.ts';

const AT = Date.UTC(2026, 0, 7, 9);
const [first, second] = [new Uint8Array([1]), new Uint8Array([2])];
const rotated = { sealedSecret: second, rotation: { by: 'rotate#key', at: AT, previousSecret: first } };

describe('what signs a webhook', () => {
  it('is the one secret of an endpoint whose secret was never replaced', () => {
    expect(liveSecrets({ sealedSecret: first }, AT)).toEqual([first]);
  });

  it('is for a day the new secret and the one before it, the newest first; from the end of the day on the new one alone', () => {
    expect(previousSecretUntil(rotated.rotation)).toBe(AT + 86_400_000);
    expect(SECRET_OVERLAP_MS).toBe(86_400_000);
    expect([liveSecrets(rotated, AT), liveSecrets(rotated, AT + 86_399_999)]).toEqual([[second, first], [second, first]]);
    expect(liveSecrets(rotated, AT + 86_400_000)).toEqual([second]);
  });
});
