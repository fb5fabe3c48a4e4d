import { marshall } from '@aws-sdk/util-dynamodb';
import { EXPIRES_AT } from '../shared/contract/storage.ts';
import { key } from '../shared/ids/ids.ts';
import { windowsOf } from './velocity.ts';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { TenantId } from '../shared/ids/ids.ts';
import type { PaymentUnderAssessment } from './payment-under-assessment.ts';
import type { Counter, Counters, VelocityLimits, Window } from './velocity.ts';

type Image = Readonly<Record<string, unknown>>;

/** A window's two attributes on a counter item. */
interface Place {
  readonly window: Window;
  readonly attempts: string;
  readonly approved: string;
}

interface CounterItem {
  readonly sk: string;
  readonly places: readonly Place[];
}

/**
 * Longer than an ask can be on its way: a day in the stream, then up to 14 days each in a queue and in its
 * dead-letter queue. A counter that is gone would give its window's room away a second time.
 */
const KEEP_SECONDS = 40 * 24 * 60 * 60;

/**
 * Each currency has windows of its own: amounts of two cannot be added.
 * Two items hold the three windows, so a transaction writes three items, not four. The day's item has the
 * hours as attributes of their own: 24 of them stay under 1 KB, and a late payment still finds its hour.
 * Minutes are items of their own: 1,440 of them on the day's item would make each of its writes cost many units.
 */
const itemsOf = ({ createdAt, currency }: PaymentUnderAssessment): readonly [CounterItem, CounterItem] => {
  const { minute, hour, day } = windowsOf(createdAt);
  const hourOfDay = hour.slice(-2);
  return [
    {
      sk: key('DAY', day, currency),
      places: [
        { window: 'day', attempts: 'dayAttempts', approved: 'dayApproved' },
        { window: 'hour', attempts: `h${hourOfDay}Attempts`, approved: `h${hourOfDay}Approved` },
      ],
    },
    { sk: key('MINUTE', minute, currency), places: [{ window: 'minute', attempts: 'minuteAttempts', approved: 'minuteApproved' }] },
  ];
};

const keyOf = (tenant: TenantId, payment: PaymentUnderAssessment, { sk }: CounterItem) => marshall({ pk: key(tenant, 'V', payment.payerAccountId), sk });

const expiresAt = (createdAt: number): number => Math.floor(Date.parse(windowsOf(createdAt).day) / 1_000) + KEEP_SECONDS;

/** Counts the attempt, and what money moves without being asked, whatever the windows hold. To be written with the case's put: alone it would count a retry twice. */
export const count = (table: string, tenant: TenantId, payment: PaymentUnderAssessment, movedMinor: number): TransactWriteItem[] =>
  itemsOf(payment).map((item) => ({
    Update: {
      TableName: table,
      Key: keyOf(tenant, payment, item),
      UpdateExpression: `ADD ${item.places.map((place) => adding(place, movedMinor > 0)).join(', ')} SET ${EXPIRES_AT} = :expires`,
      ExpressionAttributeValues: marshall({ ':one': 1, ...(movedMinor > 0 ? { ':amount': movedMinor } : {}), ':expires': expiresAt(payment.createdAt) }),
    },
  }));

/**
 * Counts the attempt and adds the amount, if each window has room for both. Declined amounts are not summed:
 * a declined payment uses up an attempt, but none of the money that may move.
 */
export const takeRoom = (table: string, tenant: TenantId, payment: PaymentUnderAssessment, limits: VelocityLimits): TransactWriteItem[] =>
  itemsOf(payment).map((item) => ({
    Update: {
      TableName: table,
      Key: keyOf(tenant, payment, item),
      UpdateExpression: `ADD ${item.places.map((place) => adding(place, true)).join(', ')} SET ${EXPIRES_AT} = :expires`,
      ConditionExpression: item.places.map(hasRoom).join(' AND '),
      ExpressionAttributeValues: marshall({
        ':one': 1,
        ':amount': payment.amountMinor,
        ':expires': expiresAt(payment.createdAt),
        ...Object.fromEntries(item.places.flatMap(({ window }) => roomOf(window, payment.amountMinor, limits))),
      }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  }));

const adding = ({ attempts, approved }: Place, withAmount: boolean): string => (withAmount ? `${attempts} :one, ${approved} :amount` : `${attempts} :one`);

const hasRoom = ({ window, attempts, approved }: Place): string =>
  `(attribute_not_exists(${attempts}) OR ${attempts} < :${window}Count) AND (attribute_not_exists(${approved}) OR ${approved} <= :${window}Room)`;

// A condition cannot add, so what may have been approved before is worked out here.
const roomOf = (window: Window, amountMinor: number, limits: VelocityLimits): [string, number][] => {
  const { maxCount, maxAmountMinor } = limits[window];
  if (amountMinor > maxAmountMinor) throw new Error(`The amount alone is above the limit of the ${window}: an empty window would let it through.`);
  return [[`:${window}Count`, maxCount], [`:${window}Room`, maxAmountMinor - amountMinor]];
};

/** Counters from the images that a cancelled `takeRoom` returned, in its order; a window that was not at fault counts as empty. */
export const countersOf = (payment: PaymentUnderAssessment, images: readonly (Image | undefined)[]): Counters => {
  const read = itemsOf(payment).flatMap(({ places }, index) =>
    places.map(({ window, attempts, approved }): [Window, Counter] => [
      window, { attempts: Number(images[index]?.[attempts] ?? 0), approvedMinor: Number(images[index]?.[approved] ?? 0) },
    ]),
  );
  const counter = (wanted: Window): Counter => read.find(([window]) => window === wanted)?.[1] ?? { attempts: 0, approvedMinor: 0 };
  return { minute: counter('minute'), hour: counter('hour'), day: counter('day') };
};
