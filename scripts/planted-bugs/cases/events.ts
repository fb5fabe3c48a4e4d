import type { PlantedBug } from '../bug.ts';

const batch = 'lambdas/outbox/relay-batch.ts';
const publisher = 'lambdas/outbox/event-bridge-publisher.ts';

export const eventBugs: readonly PlantedBug[] = [
  {
    name: 'FailedEntryCount is ignored', isClassic: true, file: publisher,
    find: 'if (entry?.EventId !== undefined && entry.ErrorCode === undefined)',
    replace: 'if (entry !== undefined)',
    breaks: 'events that the bus did not take are lost',
  },
  {
    name: 'a message is acknowledged although it failed', isClassic: true, file: 'lambdas/shared/queue/queue-consumer.ts',
    find: ' : answer, event);\n    return false;',
    replace: ' : answer, event);\n    return true;',
    breaks: 'an event is lost with the first fault that its consumer meets',
  },
  {
    name: 'a call that the bus did not answer counts as published', file: publisher,
    find: "events.map((): PublishResult => 'retry')",
    replace: "events.map((): PublishResult => 'published')",
    breaks: 'events that were lost on the way to the bus are gone',
  },
  {
    name: 'the relay drops what it had no time for', file: 'lambdas/outbox/relay.ts',
    find: 'failedFrom === undefined ? [] : [{ itemIdentifier: failedFrom }]',
    replace: '[]',
    breaks: 'while the bus is down everything that is said is lost',
  },
  {
    name: 'what failed is published after what comes later', file: batch,
    find: '[...again, ...waiting.slice(call.length)]',
    replace: '[...waiting.slice(call.length), ...again]',
    breaks: 'the events of an item are in the wrong order on the bus',
  },
  {
    name: 'an event that is early counts as done', file: 'lambdas/shared/queue/queue-consumer.ts',
    find: "answer instanceof Error || answer === 'early') {",
    replace: 'answer instanceof Error) {',
    breaks: 'what overtakes its cause is left to the sweeper, minutes later',
  },
  {
    name: 'the batch is handed back from the first message that failed', file: 'lambdas/shared/queue/queue-consumer.ts',
    find: 'filter((_, index) => done[index] !== true)',
    replace: 'filter((_, index) => index === 0 && done[index] !== true)',
    breaks: 'what fails behind the first of a batch is lost',
  },
  {
    name: 'an outcome is not said again', file: 'lambdas/outbox/events-of-change.ts',
    find: ': saidAgain(entries, oldImage, newImage);',
    replace: ': [];',
    breaks: 'a payment whose answer was lost waits for ever',
  },
  {
    name: 'each write says its events again', file: 'lambdas/outbox/events-of-change.ts',
    find: "const known = oldImage?.['events'] === undefined ? 0 : readEntries(aggregate.id, oldImage).length;",
    replace: 'const known = 0;',
    breaks: 'every event is published again with each write of its item',
  },
  {
    name: 'one write of two events says the first alone', file: 'lambdas/outbox/events-of-change.ts',
    find: 'entries.length > known ? entries.slice(known) :',
    replace: 'entries.length > known ? entries.slice(known, known + 1) :',
    breaks: 'a capture that ends a payment does not tell that it has',
  },
  {
    name: 'an item whose work failed stays in front of its shard', file: 'lambdas/shared/due-work/sweep.ts',
    find: 'await store.pushBack(item,',
    replace: 'if (item.dueAt < 0) await store.pushBack(item,',
    breaks: 'what can never be done is tried each minute, before everything else',
  },
  {
    name: 'the sweeper looks at one shard of eight', file: 'lambdas/shared/due-work/due-index.ts',
    find: 'Array.from({ length: DUE_SHARDS }, (_, shard) => partition(shard))',
    replace: '[partition(0)]',
    breaks: 'most of what waits is never asked for again',
  },
  {
    name: 'asks come at once and never wait longer', file: 'lambdas/shared/due-work/backoff.ts',
    find: 'now + Math.min(Math.max(now - since, firstMs), longestMs)',
    replace: 'now + firstMs',
    breaks: 'who is down is asked every few seconds, for ever, by everything that waits',
  },
  {
    name: 'what was asked once waits for days', file: 'lambdas/shared/due-work/backoff.ts',
    find: 'now + Math.min(Math.max(now - since, firstMs), longestMs)',
    replace: 'now + longestMs * 1_000',
    breaks: 'a question that is lost twice holds its payment for days',
  },
];
