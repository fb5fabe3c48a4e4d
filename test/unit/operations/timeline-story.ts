import type { World } from '../../support/world.ts';

export interface Step {
  readonly id: string;
  readonly at: string;
  readonly service: string;
  readonly what: string;
  readonly because: string | null;
  readonly eventLog?: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Timeline {
  readonly status: string;
  readonly steps: readonly Step[];
  readonly waiting: Readonly<Record<string, unknown>> | null;
  readonly saidAgain: Readonly<Record<'payments' | 'fraud' | 'ledger', number>>;
  readonly webhooks: Readonly<Record<'delivered' | 'pending' | 'failed', number>>;
  readonly findings: readonly { readonly code: string; readonly step?: string }[];
  readonly refunds: readonly { readonly id: string; readonly status: string; readonly waiting: Readonly<Record<string, unknown>> | null }[];
}

/** `<what> < <what of its cause>`, in order. */
export const storyOf = ({ steps }: Timeline): string[] => steps.map(({ what, because }) => {
  const cause = steps.find(({ id }) => id === because);
  return because === null ? what : `${what} < ${cause?.what ?? `nothing told (${because})`}`;
});
export const stepOf = ({ steps }: Timeline, what: string): Step | undefined => steps.find((step) => step.what === what);
export const codes = ({ findings }: Timeline): string[] => findings.map(({ code }) => code);

/** Loses what is published of a type while it says so: the bus says it took the event. */
export const lose = (world: World, type: string, while_: () => boolean): void => {
  world.aws.intercept = ({ operation, input }, proceed) => {
    const { Entries = [] } = input as { Entries?: { DetailType: string }[] };
    if (operation !== 'PutEvents' || !Entries.some(({ DetailType }) => DetailType === type) || !while_()) return proceed();
    return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
  };
};
export const once = (): (() => boolean) => {
  let times = 0;
  return () => (times += 1) <= 1;
};
