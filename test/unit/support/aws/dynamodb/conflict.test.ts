import { describe, expect, it } from '@jest/globals';
import { TableName, freshWorld, key } from './things-table.ts';

const world = freshWorld();

describe('a transaction that meets another one on an item', () => {
  it('is told of the others what they say, and of that one nothing', async () => {
    await world.put({ ...key('a'), n: { N: '1' } });
    const wasNot = { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };

    const error = world.aws.conflict({ TransactItems: [{ Put: { TableName, Item: key('a'), ...wasNot } }, { Put: { TableName, Item: key('b'), ...wasNot } }, { Put: { TableName, Item: key('a'), ...wasNot } }] }, 0);

    expect(error).toMatchObject({ name: 'TransactionCanceledException', fields: { CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: { n: { N: '1' } } }] } });
    expect(world.aws.stream(TableName)).toHaveLength(1);
  });
});
