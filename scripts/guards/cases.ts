import { balanceGuards } from './cases/balances.ts';
import { callerGuards } from './cases/callers.ts';
import { deliveryGuards } from './cases/deliveries.ts';
import { dueWorkGuards } from './cases/due-work.ts';
import { eventGuards } from './cases/events.ts';
import { fraudGuards } from './cases/fraud.ts';
import { infrastructureGuards } from './cases/infrastructure.ts';
import { ledgerGuards } from './cases/ledger.ts';
import { nagGuards } from './cases/nag.ts';
import { notificationGuards } from './cases/notifications.ts';
import { deadLetterGuards, reconciliationGuards } from './cases/operations.ts';
import { paymentGuards } from './cases/payments.ts';
import { raceGuards } from './cases/races.ts';
import { refundGuards } from './cases/refunds.ts';
import { regressionGuards } from './cases/regressions.ts';
import { timelineGuards } from './cases/timeline.ts';
import type { Guard } from './guard.ts';

/** Every guard that a test must miss. The slow ones first, so that both workers end together. */
export const guards: readonly Guard[] = [
  ...infrastructureGuards, ...nagGuards, ...paymentGuards, ...refundGuards, ...raceGuards, ...ledgerGuards, ...balanceGuards, ...fraudGuards, ...notificationGuards, ...deliveryGuards, ...eventGuards,
  ...dueWorkGuards, ...callerGuards, ...timelineGuards, ...deadLetterGuards, ...reconciliationGuards, ...regressionGuards,
];
