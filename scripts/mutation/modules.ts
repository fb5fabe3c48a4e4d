/** A module whose every mutant a test must notice. */
export interface MutatedModule {
  /** Path from the project's root. */
  readonly file: string;
  /** The quick tests that hold it, paths from the project's root: each mutant runs those that reach it. */
  readonly tests: readonly string[];
}

const unit = (...names: readonly string[]): readonly string[] => names.map((name) => `test/unit/${name}.test.ts`);

/** The modules that decide. Nearly all are pure; the few others get what they talk to as arguments. */
export const modules: readonly MutatedModule[] = [
  { file: 'lambdas/payments/payment.ts', tests: unit('payments/payment', 'payments/payment-transitions') },
  { file: 'lambdas/payments/payment-commands.ts', tests: unit('payments/payment-commands') },
  { file: 'lambdas/payments/payment-due.ts', tests: unit('payments/payment-due') },
  { file: 'lambdas/payments/refund.ts', tests: unit('payments/refund') },
  { file: 'lambdas/ledger/transfer.ts', tests: unit('ledger/transfer') },
  { file: 'lambdas/ledger/transfer-kinds.ts', tests: unit('ledger/transfer') },
  { file: 'lambdas/ledger/account.ts', tests: unit('ledger/transfer') },
  { file: 'lambdas/ledger/account-changes.ts', tests: unit('ledger/account-changes') },
  { file: 'lambdas/ledger/plan-postings.ts', tests: unit('ledger/plan-postings') },
  { file: 'lambdas/ledger/refused-in.ts', tests: unit('ledger/refused-in') },
  { file: 'lambdas/ledger/payment-drafts.ts', tests: unit('ledger/payment-drafts') },
  { file: 'lambdas/ledger/fee-schedule.ts', tests: unit('ledger/fee-schedules') },
  { file: 'lambdas/shared/money/amount.ts', tests: unit('shared/money') },
  { file: 'lambdas/shared/money/currency.ts', tests: unit('shared/money') },
  { file: 'lambdas/shared/due-work/backoff.ts', tests: unit('payments/payment-due') },
  { file: 'lambdas/shared/canonical/fingerprint.ts', tests: unit('shared/fingerprint') },
  { file: 'lambdas/shared/due-work/due-index.ts', tests: unit('shared/due-work') },
  { file: 'lambdas/shared/ids/ids.ts', tests: unit('shared/ids') },
  { file: 'lambdas/shared/canonical/json.ts', tests: unit('shared/canonical-json') },
  { file: 'lambdas/shared/due-work/sweep.ts', tests: unit('shared/due-work') },
  { file: 'lambdas/shared/events/event-entry.ts', tests: unit('shared/event-entry') },
  { file: 'lambdas/fraud/rules.ts', tests: unit('fraud/rules') },
  { file: 'lambdas/fraud/velocity.ts', tests: unit('fraud/rules') },
  { file: 'lambdas/fraud/fraud-case.ts', tests: unit('fraud/fraud-case') },
  { file: 'lambdas/notifications/delivery-schedule.ts', tests: unit('notifications/delivery-schedule') },
  { file: 'lambdas/notifications/endpoint-health.ts', tests: unit('notifications/endpoint-health') },
  { file: 'lambdas/notifications/delivery.ts', tests: unit('notifications/delivery') },
  { file: 'lambdas/notifications/secret-rotation.ts', tests: unit('notifications/secret-rotation') },
  { file: 'lambdas/notifications/address-policy.ts', tests: unit('notifications/address-policy') },
  { file: 'lambdas/notifications/delivery-order.ts', tests: unit('notifications/delivery-order') },
  { file: 'lambdas/notifications/webhook-url.ts', tests: unit('notifications/webhook-url') },
  { file: 'lambdas/outbox/events-of-change.ts', tests: unit('outbox/events-of-change') },
  { file: 'lambdas/outbox/relay-batch.ts', tests: unit('outbox/relay-batch') },
  { file: 'lambdas/operations/reconcile-payment.ts', tests: unit('operations/reconcile-payment') },
  { file: 'lambdas/operations/reconcile-account.ts', tests: unit('operations/reconcile-account') },
  { file: 'lambdas/operations/reconcile-records.ts', tests: unit('operations/reconcile-records') },
  { file: 'lambdas/operations/causal-order.ts', tests: unit('operations/tell-timeline') },
  { file: 'lambdas/operations/timeline-findings.ts', tests: unit('operations/timeline-findings') },
];
