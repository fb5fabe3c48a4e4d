import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { TENANT } from '../../support/api-event.ts';
import { tableNameOf } from '../../support/tables.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';
import type { World } from '../../support/world.ts';
import type { Ask, Options } from './openapi-story.ts';

/** Books with breaks of some kinds, compared by the tenant and by the platform. @returns for each route a request that succeeds */
export const reconciliationStory = async (
  world: World, ask: Ask, account: string, payment: string,
): Promise<Readonly<Record<'createReconciliation' | 'listReconciliations' | 'getReconciliation', Options>>> => {
  await setPayment(payment, 'failed');
  const all = { body: {}, key: 'compare' };
  const answers = [await ask('createReconciliation', all)];
  await ask('createReconciliation', all);
  await ask('createReconciliation', { ...all, body: { accountId: account } });
  for (const [index, body] of [{ accountId: account }, { paymentId: payment }].entries()) answers.push(await ask('createReconciliation', { body, key: `compare-${index}` }));
  const own = { body: { tenantId: TENANT }, key: 'compare-own' };
  await ask('createReconciliation', own);
  await ask('createReconciliation', { body: {}, key: 'compare-everything', tenant: 'platform' });
  const nobody = { account: deriveId('account', TENANT as TenantId, 'x', 'y'), payment: deriveId('payment', TENANT as TenantId, 'x', 'y') };
  for (const [index, body] of [{ accountId: account, paymentId: payment }, { tenantId: 'tenant02' }, { accountId: nobody.account }, { paymentId: nobody.payment }, { accountId: 'x' }].entries()) {
    await ask('createReconciliation', { body, key: `wrong-${index}` });
  }
  const ids = answers.map(({ body }) => String(body['id']));
  for (const [index, id] of ids.entries()) {
    if (index > 0) await world.reconcile();
    await ask('getReconciliation', { path: { id } });
  }
  await ask('createReconciliation', own);
  await world.reconcile();
  await ask('getReconciliation', { path: { id: ids[0] ?? '' }, query: { limit: '1' } });
  await ask('getReconciliation', { path: { id: ids[0] ?? '' }, query: { cursor: 'YQ.YQ' } });
  await ask('getReconciliation', { path: { id: ids[0] ?? '' }, query: { limit: '0' } });
  for (const query of [{}, { limit: '1' }]) await ask('listReconciliations', { query });
  await setPayment(payment, 'succeeded');
  return { createReconciliation: all, listReconciliations: {}, getReconciliation: { path: { id: ids[0] ?? '' } } };
};

/** Behind everybody's back. */
const setPayment = async (id: string, status: string): Promise<void> => {
  await dynamoDb().send(new UpdateItemCommand({
    TableName: tableNameOf('payments'), Key: { pk: { S: `${TENANT}#P#${id}` }, sk: { S: 'PAYMENT' } },
    UpdateExpression: 'SET st = :st', ExpressionAttributeValues: { ':st': { S: status } },
  }));
};
