import { CfnOutput, Stack } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { tables } from '../../lambdas/shared/contract/storage.ts';
import { AlarmTopic } from '../constructs/alarm-topic.ts';
import { CursorKey } from '../constructs/cursor-key.ts';
import { DataKey } from '../constructs/data-key.ts';
import { OperationsKey } from '../constructs/operations-key.ts';
import { ParkingBucket } from '../constructs/parking-bucket.ts';
import { SecretsKey } from '../constructs/secrets-key.ts';
import { IdempotencyTable, ServiceTable } from '../constructs/service-table.ts';
import { TokenPool } from '../constructs/token-pool.ts';
import type { App, StackProps } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { HttpService } from '../../lambdas/shared/contract/routes.ts';
import type { ServiceName } from '../../lambdas/shared/contract/storage.ts';
import type { Platform } from '../constructs/platform.ts';
import type { StageSettings } from '../stages.ts';

interface DataStackProps extends StackProps {
  readonly stage: StageSettings;
}

/** What must outlive every deployment: tables, their keys, the user pool, parked records, and the topic people subscribe to. */
export class DataStack extends Stack {
  readonly platform: Platform;
  readonly tables: Readonly<Record<ServiceName, ServiceTable>>;
  readonly idempotencyTables: Readonly<Record<HttpService, IdempotencyTable>>;
  readonly parking: ParkingBucket;
  readonly cursorKey: CursorKey;
  readonly secretsKey: SecretsKey;
  readonly tokenPool: TokenPool;
  readonly accessLogs: LogGroup;

  constructor(scope: App, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const operationsKey = new OperationsKey(this, 'OperationsKey', stage).key;
    this.platform = { stage, operationsKey, ...this.topics(stage, operationsKey) };
    // One key per class of data: what was paid, what the books say, who calls.
    const payments = new DataKey(this, 'PaymentsKey', { stage, description: 'Payments, fraud cases, events and what is parked of them' });
    const ledger = new DataKey(this, 'LedgerKey', { stage, description: 'Accounts, balances, transfers' });
    const identity = new DataKey(this, 'IdentityKey', { stage, description: 'Tenants, clients, roles, and what operators did' });

    const table = (name: ServiceName, dataKey: DataKey) => new ServiceTable(this, `${capitalized(name)}Table`, { stage, dataKey, definition: tables[name] });
    this.tables = {
      payments: table('payments', payments), ledger: table('ledger', ledger), fraud: table('fraud', payments), notifications: table('notifications', payments),
      operations: table('operations', identity), identity: table('identity', identity),
    };
    const remembered = (name: HttpService, dataKey: DataKey) => new IdempotencyTable(this, `${capitalized(name)}IdempotencyTable`, { stage, dataKey });
    this.idempotencyTables = {
      payments: remembered('payments', payments), ledger: remembered('ledger', ledger), fraud: remembered('fraud', payments), notifications: remembered('notifications', payments),
      operations: remembered('operations', identity),
    };
    this.parking = new ParkingBucket(this, 'Parking', { stage, dataKey: payments });
    this.cursorKey = new CursorKey(this, 'CursorKey', stage);
    this.secretsKey = new SecretsKey(this, 'SecretsKey', stage);
    this.tokenPool = new TokenPool(this, 'TokenPool', stage);
    this.accessLogs = new LogGroup(this, 'AccessLogs', { retention: stage.logRetention, removalPolicy: stage.removalPolicy, encryptionKey: operationsKey });
    this.tell();
  }

  private topics(stage: StageSettings, key: IKey): Pick<Platform, 'alarmTopic' | 'pageTopic'> {
    const alarms = new AlarmTopic(this, 'AlarmTopic', {
      stage, key, displayName: 'Payment pipeline alarms', publishers: { CloudWatchAlarms: 'cloudwatch.amazonaws.com', EventsForOnCall: 'events.amazonaws.com' },
    });
    const pages = new AlarmTopic(this, 'PageTopic', { stage, key, displayName: 'Payment pipeline pages', publishers: { CloudWatchAlarms: 'cloudwatch.amazonaws.com' } });
    return { alarmTopic: alarms.topic, pageTopic: pages.topic };
  }

  private tell(): void {
    new CfnOutput(this, 'UserPoolId', { value: this.tokenPool.pool.userPoolId });
    new CfnOutput(this, 'TokenUrl', { value: this.tokenPool.tokenUrl });
    new CfnOutput(this, 'AlarmTopicArn', { value: this.platform.alarmTopic.topicArn });
    new CfnOutput(this, 'PageTopicArn', { value: this.platform.pageTopic.topicArn });
    new CfnOutput(this, 'ParkingBucketName', { value: this.parking.bucket.bucketName });
    for (const [name, { table }] of Object.entries(this.tables)) new CfnOutput(this, `${capitalized(name)}TableName`, { value: table.tableName });
  }
}

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
