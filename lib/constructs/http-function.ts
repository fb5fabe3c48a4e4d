import { Duration } from 'aws-cdk-lib';
import { ServiceFunction } from './service-function.ts';
import type { Construct } from 'constructs';
import type { HttpService } from '../../lambdas/shared/contract/routes.ts';
import type { CursorKey } from './cursor-key.ts';
import type { Platform } from './platform.ts';
import type { IdempotencyTable } from './service-table.ts';

interface HttpFunctionProps {
  readonly platform: Platform;
  readonly service: HttpService;
  readonly idempotency: IdempotencyTable;
  readonly cursorKey: CursorKey;
  readonly errorImpact: string;
}

/** The function that answers a service's routes: with its idempotency table, and the key that signs its lists' cursors. */
export class HttpFunction extends ServiceFunction {
  constructor(scope: Construct, id: string, { platform, service, idempotency, cursorKey, errorImpact }: HttpFunctionProps) {
    super(scope, id, {
      platform, service, errorImpact,
      entry: `lambdas/${service}/${service}-api.handler.ts`,
      description: `Answers the routes of ${service}`,
      // Below API Gateway's 29 s, so that a slow answer is ours and not the gateway's.
      timeout: Duration.seconds(20),
      memoryMb: platform.stage.functionMemoryMb,
    });
    idempotency.grant(this);
    cursorKey.grant(this);
  }
}
