import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { closeWorld, endpointId, openWorld, OTHER_TENANT, TENANT } from './notifications-world.ts';
import type { World } from './notifications-world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
});
afterEach(closeWorld);

const decryptions = (): number => world.aws.calls.filter(({ operation }) => operation === 'Decrypt').length;

describe('the secret vault', () => {
  it('opens what it sealed', async () => {
    const sealed = await world.vault.seal(TENANT, endpointId('a'), 'whsec_secret');
    expect(Buffer.from(sealed).includes('whsec')).toBe(false);
    expect(await world.vault.open(TENANT, endpointId('a'), sealed)).toBe('whsec_secret');
  });

  it('refuses to open for another endpoint or tenant', async () => {
    const sealed = await world.vault.seal(TENANT, endpointId('a'), 'whsec_secret');
    await world.vault.open(TENANT, endpointId('a'), sealed);
    await expect(world.vault.open(TENANT, endpointId('b'), sealed)).rejects.toThrow('does not belong');
    await expect(world.vault.open(OTHER_TENANT, endpointId('a'), sealed)).rejects.toThrow('does not belong');
  });

  it('asks KMS once in five minutes per secret', async () => {
    const sealed = await world.vault.seal(TENANT, endpointId('a'), 'first');
    for (let time = 0; time < 3; time += 1) await world.vault.open(TENANT, endpointId('a'), sealed);
    expect(decryptions()).toBe(1);
    world.advance(5 * 60_000);
    await world.vault.open(TENANT, endpointId('a'), sealed);
    expect(decryptions()).toBe(2);
  });

  it('does not answer a replaced secret from memory', async () => {
    const [first, second] = [await world.vault.seal(TENANT, endpointId('a'), 'first'), await world.vault.seal(TENANT, endpointId('a'), 'second')];
    expect(await world.vault.open(TENANT, endpointId('a'), first)).toBe('first');
    expect(await world.vault.open(TENANT, endpointId('a'), second)).toBe('second');
  });

  it('remembers a thousand at most', async () => {
    const sealed = await Promise.all(Array.from({ length: 1_001 }, (_, index) => world.vault.seal(TENANT, endpointId(`e${index}`), `secret ${index}`)));
    for (const [index, one] of sealed.entries()) await world.vault.open(TENANT, endpointId(`e${index}`), one);
    const before = decryptions();
    await world.vault.open(TENANT, endpointId('e1000'), sealed[1_000]!);
    expect(decryptions()).toBe(before);
    await world.vault.open(TENANT, endpointId('e0'), sealed[0]!);
    expect(decryptions()).toBe(before + 1);
  });
});
