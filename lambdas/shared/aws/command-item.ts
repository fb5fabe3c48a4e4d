import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { commandName } from '../idempotency/caller-command.ts';
import { key } from '../ids/ids.ts';
import { dynamoDb } from './dynamo-db-client.ts';
import { failedCondition } from './errors.ts';
import { putIfAbsent } from './put-if-absent.ts';
import { transact } from './transact.ts';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { CallerCommand, CommandWritten } from '../idempotency/caller-command.ts';
import type { TenantId } from '../ids/ids.ts';

type Item = Readonly<Record<string, unknown>>;
type Asked = Pick<CallerCommand, 'operation' | 'idempotencyKey'>;

const commandKey = (tenant: TenantId, command: Asked) => ({ pk: key(tenant, 'CMD', commandName(command)), sk: 'COMMAND' });

/**
 * Put of a command in the transaction of the change it makes: `<tenant>#CMD#<hash(operation, key)>` / COMMAND, for ever. It fails
 * with the command that is there if the key is used.
 * @param result what it came to, kept for audits
 */
export const commandPut = (table: string, tenant: TenantId, command: CallerCommand, result?: Item) =>
  putIfAbsent(table, { ...commandKey(tenant, command), fingerprint: command.fingerprint, ...(result === undefined ? {} : { result }) });

/** @throws Error for an item that was not asked for with a key */
export const fingerprintIn = (item: Item | undefined): Uint8Array => {
  const fingerprint = item?.['fingerprint'];
  if (!(fingerprint instanceof Uint8Array)) throw new Error('What was asked for with a key has no fingerprint.');
  return fingerprint;
};

/** Strongly consistent. @returns the fingerprint of the command that has this key, if one was carried out */
export const findCommand = async (table: string, tenant: TenantId, command: Asked): Promise<Uint8Array | undefined> => {
  const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(commandKey(tenant, command)), ConsistentRead: true }));
  return Item === undefined ? undefined : fingerprintIn(unmarshall(Item));
};

/** Remembers a command that changes nothing of its own. @returns the fingerprint that the key was first used with: this one's, or an earlier one's */
export const rememberCommand = async (table: string, tenant: TenantId, command: CallerCommand): Promise<Uint8Array> => {
  try {
    await dynamoDb().send(new PutItemCommand(commandPut(table, tenant, command)));
    return command.fingerprint;
  } catch (error) {
    const failed = failedCondition(error);
    if (failed === undefined) throw error;
    return fingerprintIn(failed.item);
  }
};

/** Writes a command together with what it does: each effect conditional on what was read, or put if absent. */
export const writeWithCommand = async (table: string, tenant: TenantId, command: CallerCommand, ...effects: readonly TransactWriteItem[]): Promise<CommandWritten> => {
  const cancelled = await transact([{ Put: commandPut(table, tenant, command) }, ...effects]);
  if (cancelled === undefined) return 'written';
  const [ofCommand] = cancelled;
  // The command goes first: a repeated request finds the rest changed as well, by itself.
  return ofCommand?.code === 'ConditionalCheckFailed' ? { usedFor: fingerprintIn(ofCommand.item) } : 'changed';
};
