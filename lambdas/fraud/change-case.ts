import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { CaseStore } from './case-store.ts';
import type { FraudCase } from './fraud-case.ts';

/**
 * Judges the payment's case and writes what comes of it, if that is a change; judges again by what it has become
 * when somebody wrote in between. Ends, since a case is written only a few times.
 */
export const changeCase = async (
  cases: CaseStore, tenant: TenantId, payment: PaymentId, judge: (found: FraudCase | undefined) => FraudCase | Exclude<Outcome, 'applied'>,
): Promise<Outcome> => {
  let found = await cases.find(tenant, payment);
  for (;;) {
    const judged = judge(found);
    if (typeof judged === 'string') return judged;
    const written = await cases.write(tenant, judged);
    if (written.kind === 'written') return 'applied';
    found = written.current;
  }
};
