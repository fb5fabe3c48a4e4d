import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Alarm } from './alarm.ts';
import { ServiceFunction } from './service-function.ts';
import { serviceMetric } from './service-metric.ts';
import type { EventOwner } from '../../lambdas/shared/events/registry.ts';
import type { ParkingBucket } from './parking-bucket.ts';
import type { Platform } from './platform.ts';
import type { ServiceTable } from './service-table.ts';
import type { Transit } from './transit.ts';

interface OutboxRelayProps {
  readonly platform: Platform;
  readonly transit: Transit;
  readonly parking: ParkingBucket;
  readonly owner: EventOwner;
  readonly table: ServiceTable;
}

const RETRY_FOR_EVER = -1;

/**
 * The function that publishes the events a table's items carry, fed by the table's stream in order; and the one that
 * makes the stream say them again when they were lost behind it, so that no table carries events without a way back.
 */
export class OutboxRelay extends Construct {
  readonly relay: ServiceFunction;
  readonly retelling: ServiceFunction;
  readonly mapping: EventSourceMapping;

  constructor(scope: Construct, id: string, props: OutboxRelayProps) {
    super(scope, id);
    const { platform, owner } = props;
    this.relay = new ServiceFunction(this, 'Relay', {
      platform,
      service: owner,
      entry: `lambdas/${owner}/${owner}-relay.handler.ts`,
      description: `Publishes the events of ${owner}`,
      timeout: Duration.minutes(1),
      memoryMb: platform.stage.functionMemoryMb,
      errorImpact: `Events of ${owner} are not published: every change made there is invisible to all others until it works again.`,
    });
    props.transit.grantPublish(this.relay);
    props.parking.grantPark(this.relay, owner);
    this.mapping = this.follow(props);
    this.watch(props);
    this.watchGivenUp(props);
    this.retelling = this.wayBack(props);
  }

  private wayBack({ platform, owner, table, parking }: OutboxRelayProps): ServiceFunction {
    const retelling = new ServiceFunction(this, 'Retelling', {
      platform,
      service: owner,
      entry: `lambdas/${owner}/${owner}-retelling.handler.ts`,
      description: `Says events of ${owner} again when operations asks`,
      timeout: Duration.minutes(1),
      memoryMb: platform.stage.functionMemoryMb,
      errorImpact: `Events of ${owner} that were lost cannot be said again by operators. Payments are not affected otherwise.`,
    });
    table.grant(retelling, ['Scan', 'UpdateItem']);
    parking.grantRetell(retelling, owner, this.mapping);
    return retelling;
  }

  private follow({ table, parking }: OutboxRelayProps): EventSourceMapping {
    const streamArn = table.table.tableStreamArn;
    if (streamArn === undefined) throw new Error(`${this.node.path}: the table has no stream. Set carriesEvents in lambdas/shared/contract/storage.ts.`);
    this.relay.allow({ actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], resources: [streamArn] });
    this.relay.allow({ actions: ['dynamodb:ListStreams'], resources: ['*'] });
    table.dataKey.grantThroughDynamoDb(this.relay, 'follow');
    return new EventSourceMapping(this, 'Mapping', {
      target: this.relay.lambda,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: RETRY_FOR_EVER,
      // Two hours before the stream forgets the record: what could not be published by then is kept in the bucket.
      maxRecordAge: Duration.hours(22),
      // Our own grants instead of the bucket's, which have wildcards.
      onFailure: { bind: () => ({ destination: parking.bucket.bucketArn }) },
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
  }

  private watch({ platform, owner }: OutboxRelayProps): void {
    new Alarm(this, 'IteratorAgeAlarm', {
      platform,
      metric: this.relay.lambda.metric('IteratorAge', { period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: platform.stage.alarms.iteratorAge.toMilliseconds(),
      evaluationPeriods: 2,
      errorImpact: `Events of ${owner} are late: payments take longer for everyone, and are lost to the bus after 22 hours.`,
      runbook: 'iterator-age.md',
    });
    new Alarm(this, 'FailuresAlarm', {
      platform,
      metric: serviceMetric('RelayFailures', owner, platform.stage),
      threshold: 1,
      evaluationPeriods: 2,
      errorImpact: `The bus does not take events of ${owner}: what follows from every change made there waits.`,
      runbook: 'iterator-age.md',
    });
    new Alarm(this, 'ParkedAlarm', {
      platform,
      metric: serviceMetric('RecordsParked', owner, platform.stage),
      threshold: 1,
      errorImpact: `A change of ${owner} can never be published as it is: the payment it belongs to stands still.`,
      runbook: 'parked-records.md',
    });
  }

  // What Lambda gives up never reaches the relay, so the relay cannot count it.
  private watchGivenUp({ platform, owner }: OutboxRelayProps): void {
    const sum = { period: Duration.minutes(1), statistic: 'Sum' };
    new Alarm(this, 'GivenUpAlarm', {
      platform,
      metric: new Metric({
        namespace: 'AWS/Lambda', metricName: 'OnFailureDestinationDeliveredEventCount', dimensionsMap: { EventSourceMappingUUID: this.mapping.eventSourceMappingId }, ...sum,
      }),
      threshold: 1,
      errorImpact: `Lambda gave changes of ${owner} up after 22 hours and parked them: the payments they belong to stand still.`,
      runbook: 'parked-records.md',
    });
    new Alarm(this, 'NotParkedAlarm', {
      platform,
      metric: this.relay.lambda.metric('DestinationDeliveryFailures', sum),
      threshold: 1,
      errorImpact: `Lambda gave changes of ${owner} up and could not park them: only the table still knows them, and their payments stand still.`,
      runbook: 'parked-records.md',
    });
  }
}
