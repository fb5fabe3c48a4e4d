import { GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { cancellationReasons } from '../shared/aws/errors.ts';
import { putIfAbsent } from '../shared/aws/put-if-absent.ts';
import { key } from '../shared/ids/ids.ts';
import { commandName } from './caller-command.ts';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { TenantId } from '../shared/ids/ids.ts';
import type { CallerCommand, CommandWritten } from './caller-command.ts';

const commandKey = (tenant: TenantId, command: CallerCommand) => ({ pk: key(tenant, 'CMD', commandName(command)), sk: 'COMMAND' });

export const commandPut = (table: string, tenant: TenantId, command: CallerCommand) =>
  putIfAbsent(table, { ...commandKey(tenant, command), fingerprint: command.fingerprint });

/** @throws Error for an item that is not a command */
export const fingerprintIn = (item: Readonly<Record<string, unknown>> | undefined): Uint8Array => {
  const fingerprint = item?.['fingerprint'];
  if (!(fingerprint instanceof Uint8Array)) throw new Error('The command has no fingerprint.');
  return fingerprint;
};

/** @returns the fingerprint that a command's key was first used with; undefined when it was not */
export const commandUsedFor = async (table: string, tenant: TenantId, command: CallerCommand): Promise<Uint8Array | undefined> => {
  const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(commandKey(tenant, command)), ConsistentRead: true }));
  return Item === undefined ? undefined : fingerprintIn(unmarshall(Item));
};

/** Writes a command together with what it does: put if absent, and a write that is conditional on what was read. */
export const writeWithCommand = async (
  table: string, tenant: TenantId, command: CallerCommand, ...effects: readonly TransactWriteItem[]
): Promise<CommandWritten> => {
  const items = [{ Put: commandPut(table, tenant, command) }, ...effects];
  try {
    await withConflictRetries(() => dynamoDb().send(new TransactWriteItemsCommand({ TransactItems: items })));
    return 'written';
  } catch (error) {
    const [ofCommand, ...ofEffects] = cancellationReasons(error) ?? [];
    // The command goes first: a repeated request finds the rest changed as well, by itself.
    if (ofCommand?.code === 'ConditionalCheckFailed') return { usedFor: fingerprintIn(ofCommand.item) };
    if (ofEffects.some(({ code }) => code === 'ConditionalCheckFailed')) return 'changed';
    throw error;
  }
};
