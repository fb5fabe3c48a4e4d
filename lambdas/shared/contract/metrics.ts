/** What a metric is told apart by, beside service and stage. Each has a closed list of values: never an id, a tenant or a text. */
export type Dimension =
  /** Decline, failure or problem code, all from tables in the code. */
  | 'code'
  /** Queue, without the stage's prefix. */
  | 'consumer'
  /** ISO 4217. */
  | 'currency'
  /** Why the ledger refused, from its table of reasons. */
  | 'reason';

export interface MetricDefinition {
  readonly unit: 'Count' | 'Milliseconds';
  /** @default service and stage alone */
  readonly by?: Dimension;
  /** Whether there is a total beside the parts; amounts of several currencies have no sum. @default true */
  readonly hasTotal?: false;
  readonly counts: string;
}

const metric = <const D extends MetricDefinition>(definition: D): D => definition;

/**
 * Every metric that functions write, once: functions can write no other, alarms and the dashboard can ask for no other. They tell
 * what happens; what happened is in the books and the event log. A transition is counted by the write that made it, so never
 * twice; a function that dies between the two has not counted it.
 */
export const metricTable = {
  PaymentsAccepted: metric({ unit: 'Count', counts: 'payments accepted; a repeat of the request is none' }),
  PaymentsHeldForReview: metric({ unit: 'Count', counts: 'payments that began to wait for a person' }),
  PaymentsSucceeded: metric({ unit: 'Count', counts: 'payments whose money has moved' }),
  PaymentsDeclined: metric({ unit: 'Count', by: 'code', counts: 'payments declined, by decline code' }),
  PaymentsFailed: metric({ unit: 'Count', by: 'code', counts: 'payments that were impossible, by failure code' }),
  PaymentsEndedOtherwise: metric({ unit: 'Count', by: 'code', counts: 'payments canceled or expired, by status' }),
  AcceptToFinal: metric({ unit: 'Milliseconds', counts: 'from accepting a payment to its final status, one value each; p50 and p99' }),
  MoneyMoved: metric({ unit: 'Count', by: 'currency', hasTotal: false, counts: 'minor units moved by payments that succeeded, by currency' }),
  PaymentsPastResolveBy: metric({ unit: 'Count', counts: 'asks of payments past their resolveBy; each asks once in `longestAsk`, so a sum over that time is how many' }),
  PaymentsOverdue: metric({ unit: 'Count', counts: 'asks of payments that have waited longer than `overdue`' }),
  AskedAgain: metric({ unit: 'Count', counts: 'times that a waiting payment asked again' }),
  DeadlinesPassed: metric({ unit: 'Count', counts: 'payments moved on by a deadline' }),
  RequestsServed: metric({ unit: 'Count', counts: 'API calls answered below 400' }),
  RequestsReplayed: metric({ unit: 'Count', counts: 'API calls answered as a repeat of an earlier one' }),
  RequestsRefused: metric({ unit: 'Count', by: 'code', counts: 'API calls answered 4xx, by problem code' }),
  RequestsFailed: metric({ unit: 'Count', by: 'code', counts: 'API calls answered 5xx, by problem code' }),
  CallersRefused: metric({ unit: 'Count', counts: 'tokens that the authorizer refused' }),
  EventsApplied: metric({ unit: 'Count', by: 'consumer', counts: 'events that changed something' }),
  EventsAlready: metric({ unit: 'Count', by: 'consumer', counts: 'duplicates: events that had been applied' }),
  EventsLate: metric({ unit: 'Count', by: 'consumer', counts: 'events that came too late to matter' }),
  EventsEarly: metric({ unit: 'Count', by: 'consumer', counts: 'times that an event came before its predecessor and was put off' }),
  EventsFailed: metric({ unit: 'Count', by: 'consumer', counts: 'times that an event was put off, early ones included' }),
  EventsRelayed: metric({ unit: 'Count', counts: 'events that relays published' }),
  EventsSaidAgain: metric({ unit: 'Count', counts: 'events that operators had said again' }),
  RelayFailures: metric({ unit: 'Count', counts: 'stream batches that a relay could not publish to the end in its time' }),
  RecordsParked: metric({ unit: 'Count', counts: 'stream records that can never be published' }),
  DueWorkDone: metric({ unit: 'Count', counts: 'due items that sweepers acted on' }),
  DueWorkFailed: metric({ unit: 'Count', counts: 'due items that failed and were pushed back' }),
  LedgerBatch: metric({ unit: 'Count', counts: 'transfers in one write of the ledger, one value each' }),
  LedgerConflicts: metric({ unit: 'Count', counts: 'writes of the ledger that met another on an item and were tried again' }),
  LedgerSplits: metric({ unit: 'Count', counts: 'writes of several transfers that were refused as a whole and packed again' }),
  TransfersRejected: metric({ unit: 'Count', by: 'reason', counts: 'transfers that the ledger refused for good, by reason' }),
  ReconciliationBreaks: metric({ unit: 'Count', counts: 'breaks in the books that the reconciliation found and confirmed' }),
  ReconciliationUnsettled: metric({ unit: 'Count', counts: 'accounts and payments that were written all the time while they were compared, so that nothing was said of them' }),
  ReconciliationsFinished: metric({ unit: 'Count', counts: 'reconciliations that came to their end' }),
  ReconciliationsLate: metric({ unit: 'Count', counts: 'times that a reconciliation was found open after 12 hours' }),
  WebhooksDelivered: metric({ unit: 'Count', counts: 'deliveries that a webhook endpoint took' }),
  WebhookAttemptsFailed: metric({ unit: 'Count', counts: 'attempts to deliver that failed' }),
  WebhooksGivenUp: metric({ unit: 'Count', counts: 'deliveries that failed for good' }),
  WebhookEndpointsDisabled: metric({ unit: 'Count', counts: 'webhook endpoints disabled because they failed for days, or said that they are gone' }),
  DeliveriesAskedAgain: metric({ unit: 'Count', counts: 'times that a delivery was asked for again because nobody attempted it' }),
  IntegrityErrors: metric({ unit: 'Count', counts: 'contradictions between what was told and what is stored' }),
  UnexpectedErrors: metric({ unit: 'Count', counts: 'requests answered 500 for a reason nobody foresaw' }),
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metricTable;
/** Metrics told apart by a dimension. */
export type PartedMetric = { [Name in MetricName]: (typeof metricTable)[Name] extends { readonly by: Dimension } ? Name : never }[MetricName];
export type PlainMetric = Exclude<MetricName, PartedMetric>;
