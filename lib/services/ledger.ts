import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { EventConsumer } from '../constructs/event-consumer.ts';
import { HttpFunction } from '../constructs/http-function.ts';
import { OutboxRelay } from '../constructs/outbox-relay.ts';
import { ServiceErrorAlarms } from '../constructs/service-error-alarms.ts';
import type { ServiceFunction } from '../constructs/service-function.ts';
import type { Surroundings } from './surroundings.ts';

/** Ledger: accounts, balances, transfers; the only one who moves money. */
export class LedgerService extends Construct {
  readonly api: ServiceFunction;
  readonly events: EventConsumer;
  readonly outbox: OutboxRelay;

  constructor(scope: Construct, id: string, { data, transit }: Surroundings) {
    super(scope, id);
    const { platform } = data;
    const table = data.tables.ledger;
    this.api = new HttpFunction(this, 'Api', {
      platform, service: 'ledger', idempotency: data.idempotencyTables.ledger, cursorKey: data.cursorKey,
      errorImpact: 'Accounts cannot be opened, read or funded.',
    });
    table.grant(this.api, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem']);
    table.grantIndexes(this.api, ['byTenant', 'byDebit', 'byCredit']);

    this.events = new EventConsumer(this, 'Ledger', {
      platform, transit, service: 'ledger', name: 'ledger', entry: 'lambdas/ledger/ledger-consumer.handler.ts',
      description: 'Moves the money of approved payments', timeout: Duration.seconds(30), load: 'contended', batch: platform.stage.ledgerBatch,
      errorImpact: 'Approved payments stay processing: no money moves until this is mended.',
    });
    table.grant(this.events.consumer, ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem']);
    this.events.consumer.set(environment.postingGroupSize, String(platform.stage.ledgerBatch.groupSize));

    this.outbox = new OutboxRelay(this, 'Outbox', { platform, transit, parking: data.parking, owner: 'ledger', table });
    new ServiceErrorAlarms(this, 'Alarms', { platform, service: 'ledger' });
  }
}
