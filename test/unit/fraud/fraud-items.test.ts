import { afterEach, describe, expect, it } from '@jest/globals';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { fromItem } from '../../../lambdas/fraud/case-item.ts';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { accountId, askFor, fraudWorld, heldFor, leaveWorld, tenant } from './fraud-world.ts';

afterEach(leaveWorld);

type Item = Record<string, unknown>;
type World = ReturnType<typeof fraudWorld>;

const only = <Value>([value, ...more]: readonly Value[]): Value => {
  if (value === undefined || more.length > 0) throw new Error(`Expected one, found ${more.length + (value === undefined ? 0 : 1)}.`);
  return value;
};
const storedCase = async (prepare: (world: World) => Promise<unknown>): Promise<Item> => {
  const world = fraudWorld();
  await prepare(world);
  return only(await world.caseItems());
};

describe('the stored case', () => {
  it('is read back as it was written, with and without verdict and review', async () => {
    const assessedOnly = await storedCase(({ assess }) => assess(askFor('p')));
    expect(fromItem(assessedOnly)).toMatchObject({ verdict: { outcome: 'approve' }, answered: 1, version: 1 });
    expect(fromItem(assessedOnly)).not.toHaveProperty('review');
    const heldOnly = await storedCase(({ hold }) => hold(heldFor('p')));
    expect(fromItem(heldOnly)).toMatchObject({ review: { status: 'open', cause: 'fraud_timeout' }, events: [] });
    expect(fromItem(heldOnly)).not.toHaveProperty('verdict');
    const decided = await storedCase(async ({ hold, decide, assess }) => {
      await hold(heldFor('p'));
      await decide('p');
      await assess(askFor('p'));
    });
    expect(fromItem(decided)).toMatchObject({ review: { status: 'approved', decidedBy: 'client-1' }, verdict: { outcome: 'approve' } });
  });

  it.each<[string, Item]>([
    ['riskScore', { riskScore: undefined }],
    ['outcome', { outcome: 'perhaps' }],
    ['reasons', { reasons: ['because'] }],
    ['amountMinor', { amountMinor: '1000' }],
    ['payerAccountId', { payerAccountId: 'acc_1' }],
    ['answered', { answered: undefined }],
    ['review', { review: { status: 'open' } }],
    ['events', { events: undefined }],
    ['Entry 1', { events: [{ t: 'FraudAssessed', a: 'yesterday', r: 'request' }] }],
  ])('rejects a case whose %s cannot be read, instead of guessing', async (named, damage) => {
    const item = await storedCase(({ assess }) => assess(askFor('p')));
    expect(() => fromItem({ ...item, ...damage })).toThrow(named);
  });
});

it('rejects an assessment while the block of an account cannot be read, instead of letting the payment pass', async () => {
  const world = fraudWorld();
  const block = { pk: `${tenant}#B#${accountId('payer')}`, sk: 'BLOCK', accountId: accountId('payer') };
  await dynamoDb().send(new PutItemCommand({ TableName: world.table, Item: marshall(block) }));
  await expect(world.assess(askFor('p'))).rejects.toThrow('reason');
  expect(await world.verdictOn('p')).toBeUndefined();
});
