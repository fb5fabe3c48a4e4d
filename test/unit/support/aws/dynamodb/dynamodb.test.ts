import { describeConditions } from './conditions.contract.ts';
import { endpointEngine, inMemoryEngine } from './engine.ts';
import { describeItems } from './items.contract.ts';
import { describeQueries } from './queries.contract.ts';
import { describeTransactions } from './transactions.contract.ts';
import { describeUpdates } from './updates.contract.ts';

// A real engine beside the in-memory one, opt-in: DYNAMODB_ENDPOINT=http://127.0.0.1:8000
const endpoint = process.env['DYNAMODB_ENDPOINT'];
const engines = [inMemoryEngine(), ...(endpoint === undefined ? [] : [endpointEngine(endpoint)])];

for (const engine of engines) {
  describeConditions(engine);
  describeUpdates(engine);
  describeItems(engine);
  describeQueries(engine);
  describeTransactions(engine);
}
