import { callerBugs } from './cases/callers.ts';
import { eventBugs } from './cases/events.ts';
import { fraudBugs } from './cases/fraud.ts';
import { ledgerBugs } from './cases/ledger.ts';
import { notificationBugs } from './cases/notifications.ts';
import { paymentBugs } from './cases/payments.ts';
import type { PlantedBug } from './bug.ts';

const all: readonly PlantedBug[] = [...paymentBugs, ...ledgerBugs, ...fraudBugs, ...notificationBugs, ...eventBugs, ...callerBugs];

/** Every bug that the simulation must find, the classic ones first. */
export const bugs: readonly PlantedBug[] = [...all.filter(({ isClassic }) => isClassic === true), ...all.filter(({ isClassic }) => isClassic !== true)];
