import { commandableTypes, MAX_LIFECYCLE_EVENTS } from './account-commands.ts';
import { expression } from './dynamodb-expression.ts';
import { accountKey, lifecycleKey } from './ledger-items.ts';
import { encodeEvents } from '../shared/events/event-entry.ts';
import type { Update } from '@aws-sdk/client-dynamodb';
import type { AccountCommand } from './account-commands.ts';
import type { NewEvent } from '../shared/events/event-entry.ts';
import type { AccountId, TenantId } from '../shared/ids/ids.ts';

/** The change of an account by a command, with the rules of account-commands.ts as its condition. */
export const commandUpdate = (table: string, tenant: TenantId, id: AccountId, { from, to, empty, limit }: AccountCommand): Update => {
  const { name, value, set, only, add, update } = expression();
  only('attribute_exists(pk)');
  only(`${name('type')} IN (${commandableTypes.map(value).join(', ')})`);
  only(`${name('status')} IN (${from.map(value).join(', ')})`);
  if (to !== undefined) set(`${name('status')} = ${value(to)}`);
  if (empty) {
    only(`${name('creditsPosted')} = ${name('debitsPosted')}`);
    for (const pending of ['debitsPending', 'creditsPending']) only(`${name(pending)} = ${value(0)}`);
  }
  if (limit !== undefined) {
    const [current, grown] = [name('overdraftLimitMinor'), limit.newMinor - limit.readMinor];
    only(`${current} = ${value(limit.readMinor)}`);
    set(`${current} = ${value(limit.newMinor)}`);
    if (grown !== 0) add('available', grown);
  }
  add('version', 1);
  return update(table, accountKey(tenant, id));
};

/** Appends an event to those that the account's item does not carry itself. */
export const lifecycleUpdate = (table: string, tenant: TenantId, id: AccountId, { repeatable }: AccountCommand, event: NewEvent): Update => {
  const { name, value, set, only, add, update } = expression();
  const events = name('events');
  only('attribute_exists(pk)');
  if (repeatable) only(`size(${events}) < ${value(MAX_LIFECYCLE_EVENTS)}`);
  set(`${events} = list_append(${events}, ${value(encodeEvents(id, [event]))})`);
  add('emission', 1);
  return update(table, lifecycleKey(tenant, id));
};
