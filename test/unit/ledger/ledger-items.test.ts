import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { MAX_COUNTER_MINOR, newAccount } from '../../../lambdas/ledger/account.ts';
import { accountIdFor } from '../../../lambdas/ledger/account.ts';
import { accountItem, accountOf, transferOf } from '../../../lambdas/ledger/ledger-items.ts';
import { MAX_AMOUNT_MINOR } from '../../../lambdas/shared/money/amount.ts';
import { fingerprintOf } from '../../../lambdas/shared/canonical/fingerprint.ts';
import { itemSizeBytes } from '../../support/aws/dynamodb/item-size.ts';
import { START, tenantNamed } from './ledger-world.ts';

const longest = tenantNamed('t'.repeat(32));
const account = newAccount({
  id: accountIdFor(longest, 'open-account', 'k'), type: 'merchant', currency: 'EUR', overdraftLimitMinor: MAX_AMOUNT_MINOR, reference: '\u20ac'.repeat(140), createdAt: START,
});

describe('the account item', () => {
  it('is one write unit at its largest, as every transfer writes it', () => {
    const full = { ...account, debitsPending: MAX_COUNTER_MINOR, debitsPosted: MAX_COUNTER_MINOR, creditsPending: MAX_COUNTER_MINOR, creditsPosted: MAX_COUNTER_MINOR, available: MAX_COUNTER_MINOR, version: MAX_COUNTER_MINOR };
    const fingerprint = fingerprintOf({ type: 'merchant', currency: 'EUR', reference: 'r', overdraftLimit: 1 });
    expect(itemSizeBytes(marshall(accountItem(longest, { ...full, status: 'frozen', limitPolicy: 'unrestricted' }, fingerprint)) as never)).toBeLessThanOrEqual(1_024);
  });

  it('rejects an item that has lost a counter instead of reading it as nothing', () => {
    const { debitsPosted: _lost, ...rest } = accountItem(longest, account);
    expect(() => accountOf(rest)).toThrow('debitsPosted');
    expect(() => transferOf(rest)).toThrow('kind');
  });
});
