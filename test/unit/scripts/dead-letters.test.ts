import { describe, expect, it } from '@jest/globals';
import { listDeadLetters, redriveDeadLetters, showDeadLetter } from '../../../scripts/operations/dead-letters.ts';
import { ageText, letterText, listText, redriveText } from '../../../scripts/operations/print-dead-letters.ts';
import { envelope, put } from '../../support/dead-letters.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { deadLettersOf, openWorld } from '../../support/world.ts';
import type { ApiSession } from '../../../scripts/operations/api-session.ts';
import type { World } from '../../support/world.ts';

/** The API's own handlers behind the session of a command. */
const sessionOn = (world: World): ApiSession => {
  const ok = ({ status, body, text }: Awaited<ReturnType<World['call']>>): unknown => {
    if (status >= 400) throw new Error(text);
    return body;
  };
  return {
    get: async (path) => {
      const { pathname, searchParams } = new URL(path, 'https://api');
      const [, id] = /dead-letters\/(.+)$/.exec(pathname) ?? [];
      return ok(id === undefined ? await world.call(routes.listDeadLetters, { query: Object.fromEntries(searchParams) }) : await world.call(routes.getDeadLetter, { path: { id } }));
    },
    post: async (_path, body, key) => ok(await world.call(routes.redriveDeadLetters, { body, key })),
  };
};

const inWorld = async (work: (world: World, api: ApiSession) => Promise<void>): Promise<void> => {
  const world = await openWorld();
  try {
    await work(world, sessionOn(world));
  } finally {
    world.close();
  }
};

describe('npm run dead-letters', () => {
  it('lists and shows what people need, and says when there is nothing', () => inWorld(async (world, api) => {
    expect(listText(await listDeadLetters(api, undefined))).toBe('There are no dead letters.');
    await put(deadLettersOf('ledger'), JSON.stringify(envelope()));
    world.now += 7_200_000;
    const list = await listDeadLetters(api, 'consumer:ledger');
    const [letter] = list.data;
    expect(listText(list).split('\n')).toEqual([
      expect.stringMatching(/^AGE +SOURCE +EVENT +SUBJECT +TENANT +REDRIVABLE +ERROR +ID$/),
      expect.stringMatching(new RegExp(`^2h +consumer:ledger +PaymentApproved +${envelope().subject} +tenant01 +yes +${letter?.id}$`)),
    ]);
    const text = letterText(await showDeadLetter(api, letter?.id ?? ''));
    expect(text).toContain('why: logs    message = "event failed"');
    expect(text).not.toContain('SECRET-REFERENCE');
  }));

  it('redrives nothing unless it is for real, then everything of a source, however many calls it takes', () => inWorld(async (world, api) => {
    for (let count = 0; count < 130; count += 1) await put(deadLettersOf('ledger'), JSON.stringify(envelope()));
    const dry = await redriveDeadLetters(api, { source: 'consumer:ledger', ids: [], forReal: false });
    expect(redriveText(dry)).toContain('100 would be redriven, 0 kept, 0 failed, 0 not found. There is more: run it again. Nothing was changed: add --for-real to redrive.');
    expect(world.aws.messages(deadLettersOf('ledger'))).toHaveLength(130);
    const real = await redriveDeadLetters(api, { source: 'consumer:ledger', ids: [], forReal: true });
    expect(redriveText(real)).toMatch(/\n130 redriven, 0 kept, 0 failed, 0 not found\.$/);
    expect(world.aws.messages('ledger')).toHaveLength(130);
  }));

  it('finds the source of what is named by id', () => inWorld(async (world, api) => {
    await put(deadLettersOf('fraud'), JSON.stringify(envelope()));
    await put(deadLettersOf('ledger'), JSON.stringify(envelope()));
    const { data } = await listDeadLetters(api, undefined);
    await redriveDeadLetters(api, { ids: data.map(({ id }) => id), forReal: true });
    expect([world.aws.messages('fraud').length, world.aws.messages('ledger').length]).toEqual([1, 1]);
  }));

  it('comes to an end when what it sends is back at once', async () => {
    let calls = 0;
    const results = [{ id: 'dl_back', status: 'redriven' }];
    const api = { get: () => Promise.reject(new Error('not asked')), post: async () => ({ source: 'relay', dryRun: false, remaining: 0, complete: (calls += 1) < 0, results }) };
    const answers = await redriveDeadLetters(api, { source: 'relay', ids: [], forReal: true });
    expect(calls).toBe(100);
    expect(redriveText(answers)).toMatch(/100 redriven, .* There is more: run it again\.$/);
  });

  it('refuses to redrive everything of everywhere', () => inWorld(async (_world, api) => {
    await expect(redriveDeadLetters(api, { ids: [], forReal: true })).rejects.toThrow('Say what to redrive');
  }));

  it.each([[59, '59s'], [60, '1m'], [3_599, '59m'], [86_400, '1d']])('tells %d seconds as %s', (seconds, text) => {
    expect(ageText(seconds)).toBe(text);
  });
});
