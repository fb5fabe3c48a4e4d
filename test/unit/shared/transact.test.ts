import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isTransient } from '../../../lambdas/shared/aws/errors.ts';
import { transact } from '../../../lambdas/shared/aws/transact.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { transactionCanceled } from '../../support/aws/dynamodb/transact-write.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';

const table = 'things';
const put = (id: string) => ({ Put: { TableName: table, Item: { pk: { S: id } }, ConditionExpression: 'attribute_not_exists(pk)' } });

describe('a write of several items', () => {
  let aws: InMemoryAws;
  beforeEach(() => {
    aws = new InMemoryAws({ now: () => 0 });
    aws.createTable({ name: table, partitionKey: 'pk' });
    useTransport(aws.requestHandler);
  });
  afterEach(() => useTransport(undefined));

  it('tells which conditions did not hold', async () => {
    expect(await transact([put('a')])).toBeUndefined();
    expect((await transact([put('b'), put('a')]))?.map(({ code }) => code)).toEqual(['None', 'ConditionalCheckFailed']);
  });

  it('is tried again when one item was busy, whatever the others said, as that one may be the one that counts', async () => {
    await transact([put('a'), put('b')]);
    let conflicts = 2;
    aws.intercept = ({ operation }, proceed) => {
      if (operation !== 'TransactWriteItems' || conflicts === 0) return proceed();
      conflicts -= 1;
      throw transactionCanceled([{ Code: 'TransactionConflict' }, { Code: 'ConditionalCheckFailed' }]);
    };

    expect((await transact([put('a'), put('b')]))?.map(({ code }) => code)).toEqual(['ConditionalCheckFailed', 'ConditionalCheckFailed']);
    expect(conflicts).toBe(0);
  });
});

it.each([['TransactionConflict', true], ['ThrottlingError', true], ['ValidationError', false]])('a cancellation by %s beside a condition that failed passes by itself: %s', (code, passes) => {
  const error = Object.assign(new Error('Transaction cancelled'), { name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: code }] });

  expect(isTransient(error)).toBe(passes);
});
