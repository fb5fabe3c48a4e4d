import { marshall } from '@aws-sdk/util-dynamodb';
import { MAX_COUNTER_MINOR } from './account.ts';
import { accountKey } from './ledger-items.ts';
import type { Update } from '@aws-sdk/client-dynamodb';
import type { TenantId } from '../shared/ids/ids.ts';
import type { Entry } from './transfer.ts';

/**
 * The two balance changes of an entry, with the rules of transfer.ts as conditions: both say the same, and a
 * property test holds them together. SET with a sum instead of ADD: on an account that lacks a counter the
 * write fails instead of starting from nothing. Only for a transaction that puts the transfer as well.
 */
export const debitUpdate = (table: string, tenant: TenantId, { kind, debitAccountId, amount }: Entry): Update => ({
  TableName: table,
  Key: marshall(accountKey(tenant, debitAccountId)),
  UpdateExpression: 'SET #posted = #posted + :amount, #available = #available - :amount, #version = #version + :one',
  ConditionExpression:
    'attribute_exists(pk) AND #status = :open AND #currency = :currency AND #posted <= :room' +
    ' AND (#limitPolicy = :unrestricted OR #available >= :amount)' +
    // Only a deposit comes from outside.
    (kind === 'deposit' ? '' : ' AND #type <> :external'),
  ExpressionAttributeNames: { ...names, '#posted': 'debitsPosted', '#limitPolicy': 'limitPolicy', ...(kind === 'deposit' ? {} : typeName) },
  ExpressionAttributeValues: marshall({
    ...valuesOf(amount), ':open': 'open', ':unrestricted': 'unrestricted', ...(kind === 'deposit' ? {} : { ':external': 'external' }),
  }),
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
});

export const creditUpdate = (table: string, tenant: TenantId, { creditAccountId, amount }: Entry): Update => ({
  TableName: table,
  Key: marshall(accountKey(tenant, creditAccountId)),
  UpdateExpression: 'SET #posted = #posted + :amount, #available = #available + :amount, #version = #version + :one',
  ConditionExpression:
    'attribute_exists(pk) AND #status IN (:open, :frozen) AND #currency = :currency AND #type <> :external' +
    ' AND #posted <= :room AND #available <= :room',
  ExpressionAttributeNames: { ...names, ...typeName, '#posted': 'creditsPosted' },
  ExpressionAttributeValues: marshall({ ...valuesOf(amount), ':open': 'open', ':frozen': 'frozen', ':external': 'external' }),
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
});

const names = { '#available': 'available', '#version': 'version', '#status': 'status', '#currency': 'currency' };
const typeName = { '#type': 'type' };

/** `:room`: a counter at most this high stays exact after the amount is added. */
const valuesOf = ({ value, currency }: Entry['amount']) => ({
  ':amount': value, ':currency': currency, ':room': MAX_COUNTER_MINOR - value, ':one': 1,
});
