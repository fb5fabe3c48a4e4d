import * as z from 'zod';
import type { AccountId, PaymentId, TenantId } from '../shared/ids/ids.ts';

/** What is compared. */
export type Scope =
  /** of absent: of every tenant */
  | { readonly kind: 'all'; readonly of?: TenantId }
  | { readonly kind: 'account'; readonly of: TenantId; readonly accountId: AccountId }
  | { readonly kind: 'payment'; readonly of: TenantId; readonly paymentId: PaymentId };

/** A part of a run that is worked on by itself, and keeps its own position. */
export const phases = ['ledger', 'payments', 'events', 'currencies', 'account', 'payment'] as const;
export type Phase = (typeof phases)[number];

/** Parts of a table that are read side by side. */
export const SEGMENTS = 4;

const partsOf: Readonly<Record<Phase, number>> = { ledger: SEGMENTS, payments: SEGMENTS, events: 1, currencies: 1, account: 1, payment: 1 };
const phasesOf: Readonly<Record<Scope['kind'], readonly Phase[]>> = { all: ['ledger', 'payments', 'events', 'currencies'], account: ['account'], payment: ['payment'] };

/** Things compared so far, by kind. */
export const tallySchema = z.object({
  accounts: z.int(), transfers: z.int(), payments: z.int(), refunds: z.int(), events: z.int(),
  /** Written all the time while they were looked at: nothing can be said of them. */
  unsettled: z.int(),
});
export type Tally = z.infer<typeof tallySchema>;
export const noTally: Tally = { accounts: 0, transfers: 0, payments: 0, refunds: 0, events: 0, unsettled: 0 };
export const addTally = (a: Tally, b: Partial<Tally>): Tally => ({
  accounts: a.accounts + (b.accounts ?? 0), transfers: a.transfers + (b.transfers ?? 0), payments: a.payments + (b.payments ?? 0),
  refunds: a.refunds + (b.refunds ?? 0), events: a.events + (b.events ?? 0), unsettled: a.unsettled + (b.unsettled ?? 0),
});

export interface Task {
  readonly phase: Phase;
  readonly part: number;
  readonly isDone: boolean;
  /** Where to go on; the phase knows what it means. Absent: at the beginning. */
  readonly position?: unknown;
  readonly tally: Tally;
  readonly version: number;
}

export const tasksOf = (scope: Scope): Task[] =>
  phasesOf[scope.kind].flatMap((phase) => Array.from({ length: partsOf[phase] }, (_, part) => ({ phase, part, isDone: false, tally: noTally, version: 1 })));

export interface Run {
  /** Tenant that asked for it, and may see it. */
  readonly tenant: TenantId;
  readonly id: string;
  readonly scope: Scope;
  readonly status: 'running' | 'finished';
  /** Epoch milliseconds: currencies are summed up as they were then. */
  readonly cut: number;
  readonly startedAt: number;
  readonly finishedAt?: number;
  /** Client that asked for it; absent when it was time. */
  readonly requestedBy?: string;
  /** Once it has finished. */
  readonly breakCount?: number;
  readonly tally?: Tally;
}
