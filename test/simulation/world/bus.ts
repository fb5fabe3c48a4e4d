import { isRecord } from '../../support/aws/requests.ts';
import { nameOfMessage } from './describe-message.ts';
import type { BusEvent } from '../../support/aws/eventbridge/event-bridge.ts';
import type { PublishedRecord } from '../contract.ts';
import type { RuleWiring } from '../wiring/wiring.ts';
import type { World } from './world.ts';

const USUAL_MS = 150;
const LATE_MS = 10 * 60_000;

/** The rules: each event goes to each target by itself, some time later, perhaps much later, perhaps twice. */
export const connectRules = (world: World): void => {
  for (const rule of world.wiring.rules) {
    world.aws.addTarget({ bus: rule.bus, pattern: rule.pattern, deliver: (event, traceHeader) => deliver(world, rule, event, traceHeader) });
  }
};

const deliver = (world: World, rule: RuleWiring, event: BusEvent, traceHeader: string | undefined): void => {
  const { scheduler, faults, trace, aws } = world;
  // People read the alarm topic; no function does.
  if (rule.target.kind === 'topic') return;
  const { queue, groupPath } = rule.target;
  const body = JSON.stringify(event.detail);
  const to = world.names.queueLabel(queue);
  const where = world.unique(`${nameOfMessage(body)} to ${to}`);
  const groupId = valueAt(event, groupPath);
  const send = (what: string, late: boolean): void => {
    world.underway += 1;
    const wait = late ? faults.dice(`${what} late`, where) * LATE_MS : USUAL_MS * faults.dice(what, where);
    scheduler.after(wait, () => {
      world.underway -= 1;
      aws.queue(queue).send({ body, ...(groupId === undefined ? {} : { groupId }), ...(traceHeader === undefined ? {} : { traceHeader }) });
      trace.add(scheduler.now, 'world', 'bus', `${nameOfMessage(body)} reaches ${to}`);
      for (const listener of world.listeners) listener.queued(queue);
    });
  };
  const late = faults.strikes('deliveredLate', where);
  if (late) trace.add(scheduler.now, 'fault', 'bus', `${where} will be late`);
  send('delivery', late);
  if (!faults.strikes('deliveredTwice', where)) return;
  trace.add(scheduler.now, 'fault', 'bus', `${where} will come twice`);
  send('second delivery', faults.dice('second late', where) < 0.5);
};

const valueAt = (event: BusEvent, path: string): string | undefined => {
  const found = path.replace(/^\$\./, '').split('.').reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), event);
  return typeof found === 'string' ? found : undefined;
};

/** What the bus took since it was last asked. */
export const publishedSince = (world: World, published: PublishedRecord[]): void => {
  for (const { event } of world.aws.published.slice(published.length)) published.push({ at: Math.floor(world.scheduler.now), detail: JSON.stringify(event.detail) });
};
