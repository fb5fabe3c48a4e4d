import { accountLife } from './account-life.ts';
import { deadLetters } from './dead-letters.ts';
import { madeUpAsks } from './made-up-asks.ts';
import { manyTenants } from './many-tenants.ts';
import { oneHotAccount } from './one-hot-account.ts';
import { overspend } from './overspend.ts';
import { racingCommands } from './racing-commands.ts';
import { retriesOfOneKey, withoutPowertools } from './retries-of-one-key.ts';
import { reviews, velocity } from './reviews.ts';
import { givenUp, lostMessages, relayOffLong, somethingIsDown } from './something-is-down.ts';
import { spreadTraffic } from './spread-traffic.ts';
import { comparedMeanwhile, storm } from './storm.ts';
import { webhooks } from './webhooks.ts';
import type { Scenario } from '../contract.ts';

export const scenarios: readonly Scenario[] = [
  spreadTraffic, oneHotAccount, retriesOfOneKey, withoutPowertools, racingCommands, overspend, accountLife, reviews, velocity,
  somethingIsDown, givenUp, lostMessages, relayOffLong, webhooks, deadLetters, madeUpAsks, manyTenants, storm, comparedMeanwhile,
];
