import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { EXPIRES_AT, PARTITION_KEY, SORT_KEY } from '../../lambdas/shared/contract/storage.ts';
import { removalOfProtected } from '../stages.ts';
import type { TableProps } from 'aws-cdk-lib/aws-dynamodb';
import type { EnvironmentVariable } from '../../lambdas/shared/contract/environment.ts';
import type { TableDefinition } from '../../lambdas/shared/contract/storage.ts';
import type { StageSettings } from '../stages.ts';
import type { DataKey } from './data-key.ts';
import type { ServiceFunction } from './service-function.ts';

/** Actions on items; TransactWriteItems needs the actions of what is in the transaction. */
export type ItemAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'Scan' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';

const readActions: readonly ItemAction[] = ['GetItem', 'BatchGetItem', 'Query', 'Scan'];

interface TableScopeProps {
  readonly stage: StageSettings;
  readonly dataKey: DataKey;
}

interface ServiceTableProps extends TableScopeProps {
  readonly definition: TableDefinition;
}

const text = (name: string) => ({ name, type: AttributeType.STRING });

const commonProps = ({ stage, dataKey }: TableScopeProps): TableProps => ({
  partitionKey: text(PARTITION_KEY),
  billingMode: BillingMode.PAY_PER_REQUEST,
  encryption: TableEncryption.CUSTOMER_MANAGED,
  encryptionKey: dataKey.key,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  deletionProtection: stage.deletionProtection,
  removalPolicy: removalOfProtected(stage),
});

const grantItems = (fn: ServiceFunction, table: Table, dataKey: DataKey, actions: readonly ItemAction[], variable: EnvironmentVariable): void => {
  fn.allow({ actions: actions.map((action) => `dynamodb:${action}`), resources: [table.tableArn] });
  dataKey.grantThroughDynamoDb(fn, actions.every((action) => readActions.includes(action)) ? 'read' : 'write');
  fn.set(variable, table.tableName);
};

/** The table of one service, as its contract says. */
export class ServiceTable extends Construct {
  readonly table: Table;
  readonly dataKey: DataKey;
  private readonly definition: TableDefinition;

  constructor(scope: Construct, id: string, props: ServiceTableProps) {
    super(scope, id);
    const { definition, dataKey } = props;
    this.definition = definition;
    this.dataKey = dataKey;
    this.table = new Table(this, 'Resource', {
      ...commonProps(props),
      sortKey: text(SORT_KEY),
      ...(definition.carriesEvents ? { stream: StreamViewType.NEW_AND_OLD_IMAGES } : {}),
      ...(definition.expires ? { timeToLiveAttribute: EXPIRES_AT } : {}),
    });
    for (const { name, partitionKey, sortKey } of definition.indexes) {
      this.table.addGlobalSecondaryIndex({ indexName: name, partitionKey: text(partitionKey), sortKey: text(sortKey), projectionType: ProjectionType.KEYS_ONLY });
    }
  }

  get indexNames(): readonly string[] {
    return this.definition.indexes.map(({ name }) => name);
  }

  /**
   * Lets the function do these things with the table's items and tells it the table's name. Query is for the table, not its indexes.
   * @param variable the setting with the table's name; another one only for operations, which reads the tables of others
   */
  grant(fn: ServiceFunction, actions: readonly ItemAction[], variable: EnvironmentVariable = environment.table): void {
    grantItems(fn, this.table, this.dataKey, actions, variable);
  }

  /** Lets the function query these indexes; it reads the items they point to by key. */
  grantIndexes(fn: ServiceFunction, names: readonly string[]): void {
    const unknown = names.filter((name) => this.definition.indexes.every((index) => index.name !== name));
    if (unknown.length > 0) throw new Error(`${this.node.path}: there is no index ${unknown.join(', ')}. Add it to lambdas/shared/contract/storage.ts.`);
    fn.allow({ actions: ['dynamodb:Query'], resources: names.map((name) => `${this.table.tableArn}/index/${name}`) });
  }
}

/** Where one service's HTTP function remembers its answers: a cache and a lock, so nothing of it is streamed. */
export class IdempotencyTable extends Construct {
  readonly table: Table;
  private readonly dataKey: DataKey;

  constructor(scope: Construct, id: string, props: TableScopeProps) {
    super(scope, id);
    this.dataKey = props.dataKey;
    this.table = new Table(this, 'Resource', { ...commonProps(props), timeToLiveAttribute: EXPIRES_AT });
  }

  grant(fn: ServiceFunction): void {
    grantItems(fn, this.table, this.dataKey, ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'], environment.idempotencyTable);
  }
}
