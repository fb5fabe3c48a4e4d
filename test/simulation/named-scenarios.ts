/** Where something that must always be tried is tried: in a scenario, or by a test with these words in its title. */
export type Place = { readonly scenario: string } | { readonly test: string; readonly title: string };

const unit = (file: string, title: string): Place => ({ test: `test/unit/${file}.test.ts`, title });
const scenario = (name: string): Place => ({ scenario: name });

/** What must always be tried, by name. */
export const namedScenarios: Readonly<Record<string, readonly Place[]>> = {
  'same key same body': [scenario('retries-of-one-key'), unit('payments/payments-api', 'answers a repeat byte for byte')],
  'same key other body': [scenario('retries-of-one-key')],
  'missing key': [scenario('many-tenants'), unit('payments/payments-api', 'rejects a POST without a key')],
  'two at once': [scenario('retries-of-one-key'), unit('payments/payments-api', 'makes one payment of 20 requests at once')],
  'replay after the cache expired': [scenario('retries-of-one-key'), unit('payments/payments-api', 'gives the same payment after the cache record has expired')],
  'redelivery after success': [scenario('storm'), unit('pipeline/redelivered', 'every queue message ten times more')],
  'redelivery after a crash at each step': [scenario('storm'), unit('pipeline/crash', 'leaves one effect, for every write of two payments')],
  'out of order events': [scenario('storm')],
  'partial batch (first, middle, last, all)': [scenario('storm'), unit('shared/queue-consumer', 'hands back exactly the messages that failed')],
  'PutEvents partial failure': [scenario('storm'), unit('outbox/event-bridge-publisher', 'takes for published only what got an EventId')],
  'poison message to the DLQ and back': [scenario('dead-letters'), unit('pipeline/degradation', 'while every queue is poisoned')],
  'overspend by N parallel payments grants exactly k': [scenario('overspend'), unit('pipeline/races', 'is spent once')],
  'parallel refunds and captures never exceed': [scenario('racing-commands'), unit('pipeline/races', 'is refunded once')],
  'cancel against capture': [scenario('racing-commands'), unit('pipeline/races', 'give one winner and move money once')],
  'expiry against capture': [scenario('racing-commands'), unit('pipeline/races', 'against expiry')],
  'late verdict after cancel': [scenario('reviews'), unit('pipeline/manual-capture', 'no late verdict brings it back')],
  'fraud down, ledger down, webhook down': [scenario('something-is-down'), scenario('webhooks')],
  'tenant isolation on every route': [scenario('many-tenants'), { test: 'test/e2e/access.test.ts', title: "answers 404 to another tenant's id" }],
  'planted ledger break is found': [unit('operations/reconciliation', 'a planted break is found and named')],
  'card number in any field': [scenario('many-tenants'), unit('shared/card-data', 'points at every member')],
  'lost outcome, asked again': [scenario('lost-messages'), unit('pipeline/due-work', 'heals by asking again')],
  'approve before its verdict': [scenario('reviews'), unit('fraud/reviews', 'closes a case that is not there yet')],
  'void against a late ask': [scenario('given-up'), unit('ledger/payment-transfers', 'and an ask at the same time give one decision')],
  'same transfer twice in one batch': [scenario('one-hot-account'), unit('ledger/batch-posting', 'answers the same ask twice in it by one transfer')],
  'payment and fee on an empty merchant': [scenario('one-hot-account'), unit('ledger/batch-posting', 'lets a payment and its fee meet on an empty merchant')],
  'capture when available is 0': [scenario('overspend'), unit('ledger/batch-posting', 'captures when nothing is available')],
  'command retried after its cache record is gone': [scenario('retries-of-one-key'), unit('pipeline/manual-capture', 'also when its cached answer is gone')],
  'SDK retry of a command whose answer was lost': [scenario('storm'), unit('ledger/payment-transfers', 'is met by the SDK asking again')],
  'relay off for 25 h': [scenario('relay-off-long')],
  'ask under a decided id with another amount': [scenario('dead-letters')],
  'asks of a hold that payments would never make at once': [scenario('made-up-asks')],
};
