import { marshall } from '@aws-sdk/util-dynamodb';
import { toItem } from './delivery-item.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { Delivery } from './delivery.ts';

/** Input of a put of the whole item, if it still is as it was read. */
export const putOfDelivery = (table: string, tenant: TenantId, read: Delivery, changed: Delivery) => ({
  TableName: table,
  Item: marshall(toItem(tenant, { ...changed, version: read.version + 1 })),
  // An operator may have had its event said again: that counts emissions only.
  ConditionExpression: 'version = :read AND emission = :emission',
  ExpressionAttributeValues: marshall({ ':read': read.version, ':emission': read.emission }),
});
