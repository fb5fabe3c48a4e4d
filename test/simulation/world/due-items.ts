import { dueKeys } from '../../../lambdas/shared/due-work/due-index.ts';
import type { ServiceName } from '../../../lambdas/shared/contract/storage.ts';
import type { StrayRecord } from '../contract.ts';
import type { World } from './world.ts';

const NOBODYS = 'stray';

/** @returns how many items of the service wait for a time, which is now */
export const hurryAll = ({ aws, names, scheduler, listeners }: World, service: ServiceName): number => {
  const table = aws.table(names.tables[service]);
  const waiting = table.items.all().filter(({ du, da }) => du !== undefined && da !== undefined);
  const now = Math.floor(scheduler.now);
  for (const item of waiting) table.replace(table.keyOf(item), { ...item, da: { S: String(now) } }, now);
  for (const listener of listeners) listener.wrote();
  return waiting.length;
};

/** An item that is due and that its service cannot read, until it is taken away. */
export const putStray = ({ aws, names, scheduler, listeners }: World, service: ServiceName): { take(): StrayRecord } => {
  const table = aws.table(names.tables[service]);
  const putAt = Math.floor(scheduler.now);
  const { du, da } = dueKeys(NOBODYS, putAt);
  const key = { pk: { S: `tenant01#${NOBODYS}` }, sk: { S: NOBODYS } };
  table.replace(key, { ...key, du: { S: du }, da: { S: da } }, putAt);
  for (const listener of listeners) listener.wrote();
  return {
    take: () => {
      const found = table.get(key)?.['da'];
      const takenAt = Math.floor(scheduler.now);
      table.replace(key, undefined, takenAt);
      for (const listener of listeners) listener.wrote();
      return { service, putAt, takenAt, dueAt: Number(found !== undefined && 'S' in found ? found.S : Number.NaN) };
    },
  };
};
