import { rememberCommand } from '../shared/aws/command-item.ts';
import type { CommandLog } from './command-log.ts';

/**
 * Access patterns (operations table):
 * - what a key was first used for: put `<tenant>#CMD#<hash(operation, key)>` / COMMAND if absent, else what is there
 */
export const dynamoDbCommandLog = (table: string): CommandLog => ({
  remember: (tenant, command) => rememberCommand(table, tenant, command),
});
