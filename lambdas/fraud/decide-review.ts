import { UndecidedError } from '../shared/aws/errors.ts';
import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { clock } from '../shared/time/clock.ts';
import { decided, hasReview, isOpen } from './fraud-case.ts';
import type { Origin } from '../shared/events/event-entry.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { CaseStore, ReviewCommand } from './case-store.ts';
import type { ReviewedCase, ReviewStatus } from './fraud-case.ts';

export interface DecideReview extends ReviewCommand {
  readonly tenant: TenantId;
  readonly paymentId: PaymentId;
  readonly decision: 'approved' | 'declined';
  readonly reason: string;
  /** Client id of who decides. */
  readonly actor: string;
  readonly origin: Origin;
}

export type ReviewDecision =
  | { readonly kind: 'decided'; readonly decided: ReviewedCase; readonly replayed: boolean }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-open'; readonly status: ReviewStatus }
  | { readonly kind: 'key-reused'; readonly earlier: Uint8Array };

/** A case is written only a few times. */
const ATTEMPTS = 5;

/**
 * A person decides an open review.
 * 1. No review of this payment: not-found.
 * 2. Open: decide it, in one write with the command, which fails if the key is used or somebody else was faster.
 * 3. Not open: it may be this very command that closed it, answered before and asked again; else not-open.
 * 4. Somebody was faster: the same again. A review leaves `open` once, so this ends; if it does not, the caller is told to try again.
 */
export const decideReview = async (cases: CaseStore, command: DecideReview): Promise<ReviewDecision> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = await cases.find(command.tenant, command.paymentId);
    if (found === undefined || !hasReview(found)) return { kind: 'not-found' };
    if (!isOpen(found)) return repeated(cases, command, found);
    const { tenant, decision, reason, actor, origin } = command;
    const changed = decided(
      found, { status: decision, decidedBy: actor, decidedAt: clock.now(tenant), reason }, origin,
    );
    const written = await cases.writeByCommand(tenant, changed, command);
    if (written.kind === 'written') return { kind: 'decided', decided: changed, replayed: false };
    if (written.kind === 'key_used' && !sameFingerprint(written.fingerprint, command.fingerprint)) return { kind: 'key-reused', earlier: written.fingerprint };
  }
  throw new UndecidedError('The case was written by others each time.');
};

const repeated = async (cases: CaseStore, command: DecideReview, found: ReviewedCase): Promise<ReviewDecision> => {
  const earlier = await cases.findCommand(command.tenant, command);
  if (earlier === undefined) return { kind: 'not-open', status: found.review.status };
  return sameFingerprint(earlier, command.fingerprint) ? { kind: 'decided', decided: found, replayed: true } : { kind: 'key-reused', earlier };
};
