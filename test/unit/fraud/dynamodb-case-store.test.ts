import { afterEach, expect, it } from '@jest/globals';
import { caseStoreContract } from './case-store.contract.ts';
import { askFor, fraudWorld, leaveWorld } from './fraud-world.ts';
import { itemSizeBytes } from '../../support/aws/dynamodb/item-size.ts';

afterEach(leaveWorld);

caseStoreContract('DynamoDB in memory', () => fraudWorld().cases);

it('keeps counters for 40 days from the start of their day', async () => {
  const world = fraudWorld();
  await world.assess(askFor('p'));
  const expiries = (await world.scan()).filter(({ sk }) => sk !== 'CASE').map(({ expiresAt }) => expiresAt);
  expect(expiries).toEqual([Date.UTC(2027, 0, 1) / 1_000, Date.UTC(2027, 0, 1) / 1_000]);
});

it('keeps the case and the counter of a whole busy day within one write unit each', async () => {
  const world = fraudWorld();
  const DAY_START = Date.UTC(2026, 10, 22);
  for (let hour = 0; hour < 24; hour += 1) await world.assess(askFor(`p${hour}`, { createdAt: DAY_START + hour * 3_600_000, amountMinor: 41_667 }));
  const images = world.aws.stream(world.table).map(({ dynamodb }) => dynamodb?.NewImage ?? {});
  expect(images.length).toBeGreaterThan(24);
  // Here an hour has one attempt and a sum of 5 digits; 9,999 attempts and 13 digits take 5 bytes more, the longest tenant id 24.
  const reserve = 25 * 5 + 24;
  for (const image of images) expect(itemSizeBytes(image as Parameters<typeof itemSizeBytes>[0]) + reserve).toBeLessThan(1_024);
});
