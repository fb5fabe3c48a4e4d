import { Construct } from 'constructs';
import { HttpFunction } from '../constructs/http-function.ts';
import { ServiceErrorAlarms } from '../constructs/service-error-alarms.ts';
import type { ServiceFunction } from '../constructs/service-function.ts';
import type { Surroundings } from './surroundings.ts';

/** Operations: what the operator asks and does; keeps nothing but what was done. */
export class OperationsService extends Construct {
  readonly api: ServiceFunction;

  constructor(scope: Construct, id: string, { data }: Surroundings) {
    super(scope, id);
    const { platform } = data;
    const table = data.tables.operations;
    this.api = new HttpFunction(this, 'Api', {
      platform, service: 'operations', idempotency: data.idempotencyTables.operations, cursorKey: data.cursorKey,
      errorImpact: 'Operators cannot see or mend what went wrong. Payments are not affected.',
    });
    table.grant(this.api, ['Query', 'PutItem']);
    new ServiceErrorAlarms(this, 'Alarms', { platform, service: 'operations' });
  }
}
