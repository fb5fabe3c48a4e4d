import { useOutside } from '../host/fake-http.ts';
import type { Receives, Receiver, WebhookRecord } from '../contract.ts';
import type { World } from './world.ts';

const USUAL: Receives = { from: 0, answer: 200 };

/** Those who get webhooks: what a plan says of them, 200 where it says nothing. */
export const connectReceivers = (world: World, receivers: readonly Receiver[], received: WebhookRecord[]): void => {
  useOutside(({ url, headers, body }, answer, refuse) => {
    const { scheduler, trace, startedAt, faults } = world;
    const behaviour = receivers.find((receiver) => receiver.url === url)?.behaviour ?? [];
    // With faults off everybody is well, so that the world can come to rest.
    const now = faults.on ? behaviour.findLast(({ from }) => startedAt + from <= scheduler.now) ?? USUAL : USUAL;
    received.push({ at: Math.floor(scheduler.now), url, headers, body, answered: now.answer });
    trace.add(scheduler.now, 'world', url, `receives ${headers['webhook-id'] ?? 'a webhook'} and answers ${now.answer}`);
    if (now.answer === 'hang') return;
    const status = now.answer;
    scheduler.after(now.afterMs ?? 20, () => (status === 'refuse' ? refuse() : answer({ status, headers: now.headers ?? {} })));
  });
};
