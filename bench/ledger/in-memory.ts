import { useTransport } from '../../lambdas/shared/aws/transport.ts';
import { tables } from '../../lambdas/shared/contract/storage.ts';
import { InMemoryAws } from '../../test/support/aws/in-memory-aws.ts';
import { letOthersThrough } from '../let-others-through.ts';
import { ways, throughput } from './throughput.ts';
import { openAccounts, TABLE } from './store.ts';

/** Some milliseconds' worth. */
const CALLS_IN_A_GO = 100;

/** The product's clients on a fresh store in memory, which keeps no calls to look at. */
export const freshInMemory = (): InMemoryAws => {
  const aws = new InMemoryAws({ now: Date.now });
  let calls = 0;
  aws.intercept = async (_call, proceed) => {
    aws.calls.length = 0;
    calls += 1;
    if (calls % CALLS_IN_A_GO === 0) await letOthersThrough();
    return proceed();
  };
  useTransport(aws.requestHandler);
  return aws;
};

export const createTableIn = (aws: InMemoryAws, name: string): void =>
  aws.createTable({ name, partitionKey: 'pk', sortKey: 'sk', stream: false, indexes: tables.ledger.indexes.map((index) => ({ ...index, projection: 'KEYS_ONLY' as const })) });

/** The same with the ledger's table and accounts. */
export const useInMemory = async (): Promise<InMemoryAws> => {
  const aws = freshInMemory();
  createTableIn(aws, TABLE);
  await openAccounts();
  return aws;
};

export interface WriteUnits {
  readonly single: number;
  readonly batched: number;
}

/** Write units of the table and its indexes per transfer, as the store meters them by AWS's rules. */
export const measureWriteUnits = async (): Promise<WriteUnits> => {
  const aws = await useInMemory();
  let units = 0;
  aws.intercept = ({ operation, input }, proceed) => {
    if (operation !== 'TransactWriteItems') return proceed();
    const answer = proceed({ ...(input as object), ReturnConsumedCapacity: 'TOTAL' }) as { ConsumedCapacity: { CapacityUnits: number }[] };
    units += answer.ConsumedCapacity.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    return {};
  };
  const perTransfer = async (way: (typeof ways)[keyof typeof ways]): Promise<number> => {
    units = 0;
    await throughput('hot', way, 98, 1);
    return units / 98;
  };
  return { single: await perTransfer(ways.single), batched: await perTransfer(ways.batched) };
};
