import { PARKED_RETENTION_DAYS } from '../shared/contract/queues.ts';
import { clock } from '../shared/time/clock.ts';
import { deadLetterId, locate } from './dead-letter.ts';
import { NotRedrivable } from './dead-letter-source.ts';
import type { ParkedRecord } from '../outbox/retelling-requests.ts';
import type { EventOwner } from '../shared/events/registry.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { DeadLetterSource, Wanted } from './dead-letter-source.ts';
import type { EventCarriers } from './event-carriers.ts';

const MAX_MS = 5_000;
const DAY_MS = 24 * 3_600_000;

/** Changes of one service whose events were never published. The service itself looks at them, and says the events again out of its table. */
export const parkedLetters = (owner: EventOwner, carriers: EventCarriers): DeadLetterSource => {
  const name = `relay:${owner}`;
  return {
    name,
    hold: async (wanted, atMost) => {
      const { records, complete } = await look(carriers, owner, wanted, atMost, (record) => letterOf(name, record));
      const chosen = new Map(records.map((record) => [deadLetterId(name, record.key), record]));
      return {
        letters: [...chosen.values()].map((record) => letterOf(name, record)),
        complete,
        redrive: async ({ id }) => {
          const record = chosen.get(id);
          if (record === undefined || record.obstacle !== undefined) throw new Error('The letter cannot be redriven.');
          const answer = await carriers.retellParked(owner, record.key);
          // Gone: somebody else had it said meanwhile, which is as good.
          if (answer.outcome === 'refused') throw new NotRedrivable(answer.reason);
        },
        // Objects are not taken from anybody: two who say the same again say one event.
        release: () => Promise.resolve(),
      };
    },
  };
};

interface Looked {
  readonly records: readonly ParkedRecord[];
  readonly complete: boolean;
}

/** Those that are named by their keys, however many there are beside; else page by page, until there are enough or time is up. */
const look = async (carriers: EventCarriers, owner: EventOwner, { isWanted, ids }: Wanted, atMost: number, letter: (record: ParkedRecord) => DeadLetter): Promise<Looked> => {
  if (ids !== undefined) {
    const { records } = await carriers.findParked(owner, ids.flatMap((id) => locate(id)?.name ?? []));
    return { records: records.filter((record) => isWanted(letter(record))), complete: true };
  }
  const until = clock.now() + MAX_MS;
  const records: ParkedRecord[] = [];
  let after: string | undefined;
  do {
    const page = await carriers.listParked(owner, after);
    records.push(...page.records.filter((record) => isWanted(letter(record))));
    after = page.next;
  } while (after !== undefined && records.length < atMost && clock.now() < until);
  return { records: records.slice(0, atMost), complete: after === undefined && records.length <= atMost };
};

const letterOf = (name: string, { key, since, ...told }: ParkedRecord): DeadLetter => ({
  id: deadLetterId(name, key), source: name, kind: 'parked', since, keptUntil: since + PARKED_RETENTION_DAYS * DAY_MS, ...told,
});
