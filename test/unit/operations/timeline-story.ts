import type { TimelineAnswer, TimelineStep } from '../../../scripts/operations/timeline-answer.ts';
import type { World } from '../../support/world.ts';

/** `<what> < <what of its cause>`, in order. */
export const storyOf = ({ steps }: TimelineAnswer): string[] => steps.map(({ what, because }) => {
  const cause = steps.find(({ id }) => id === because);
  return because === null ? what : `${what} < ${cause?.what ?? `nothing told (${because})`}`;
});
export const stepOf = ({ steps }: TimelineAnswer, what: string): TimelineStep | undefined => steps.find((step) => step.what === what);
export const codes = ({ findings }: TimelineAnswer): string[] => findings.map(({ code }) => code);

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
