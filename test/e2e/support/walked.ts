/** A step of a payment's timeline, as the API shows it. */
export interface Step {
  readonly id: string;
  readonly what: string;
  readonly because: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where a payment is after it said this; what is not listed leaves it where it was. */
const stateAfter: Readonly<Record<string, string>> = {
  PaymentInitiated: 'pending', PaymentHeldForReview: 'in_review', PaymentApproved: 'processing', PaymentAuthorized: 'authorized',
  PaymentCaptureRequested: 'authorized:capture', PaymentCancelRequested: 'authorized:cancel', PaymentExpiryRequested: 'authorized:expire',
  PaymentCaptured: 'authorized', PaymentCaptureFailed: 'authorized',
  PaymentSucceeded: 'succeeded', PaymentDeclined: 'declined', PaymentCanceled: 'canceled', PaymentExpired: 'expired', PaymentFailed: 'failed',
};

/** A decision as the timeline tells it, by how its review ended. */
const decisions: Readonly<Record<string, string>> = { approved: 'approve', declined: 'decline', timed_out: 'decline' };

/** What led to a state, in the words of the state machine's own list. */
const wayOf = (cause: Step | undefined, to: string, trigger: unknown): string => {
  if (trigger === 'deadline') return 'deadline';
  const { what = 'nothing that was recorded', detail = {} } = cause ?? {};
  switch (what) {
    case 'CaptureAsked':
      return 'POST capture';
    case 'CancelAsked':
      return 'POST cancel';
    case 'FraudAssessed':
      return `${what} ${String(detail['outcome'])}`;
    case 'ReviewDecided':
      return `${what} ${decisions[String(detail['decision'])] ?? String(detail['decision'])}`;
    case 'TransferRejected':
    case 'HoldRejected':
      return `${what} ${String(detail['reason'])}`;
    case 'FundsCaptured':
      return `${what} ${to === 'succeeded' ? 'last' : 'in part'}`;
    case 'HoldReleased':
      return `${what} ${to === 'succeeded' ? 'after a capture' : 'nothing captured'}`;
    default:
      return what;
  }
};

export const changeNamed = ({ from, to, by }: { readonly from: string; readonly to: string; readonly by: string }): string => `${from} -> ${to}: ${by}`;

/** Every change of state that a payment's timeline tells, in order. What is said with one cause is one change. */
export const changesIn = (steps: readonly Step[]): string[] => {
  const said = steps.filter(({ what }) => what in stateAfter);
  const changes: string[] = [];
  let from: string | undefined;
  for (const [index, { what, because, detail }] of said.entries()) {
    const isOneWithNext = said[index + 1]?.because === because;
    const to = stateAfter[what];
    if (isOneWithNext || to === undefined) continue;
    if (from !== undefined && from !== to) changes.push(changeNamed({ from, to, by: wayOf(steps.find(({ id }) => id === because), to, detail['trigger']) }));
    from = to;
  }
  return changes;
};
