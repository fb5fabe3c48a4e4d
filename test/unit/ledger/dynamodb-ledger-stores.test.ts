import { afterAll } from '@jest/globals';
import { ledgerStoreContract } from './ledger-store.contract.ts';
import { leaveWorld, ledgerWorld, tenantNamed } from './ledger-world.ts';

afterAll(leaveWorld);

ledgerStoreContract('ledger stores on DynamoDB in memory', async () => {
  const { accounts, transfers } = ledgerWorld();
  let tenants = 0;
  const newTenant = () => {
    tenants += 1;
    return tenantNamed(`contract${tenants}`);
  };
  return { accounts, transfers, newTenant };
});
