import { invariant } from './violation.ts';

export const deadLettersAreKept = invariant(
  'dead-letters-are-kept', 'What nobody can do is given up, never thrown away; and what was given up is done since, or is still among the dead letters, whoever redrove it.',
  ({ gaveUp, deadLetters, consumed, purged, plan }, breaks) => {
    const nameOf = (source: string, body: string): string => `${source} ${body}`;
    const left = new Set(deadLetters.map(({ source, body }) => nameOf(source, body)));
    const done = new Set([...consumed, ...purged].map(({ queue, body }) => nameOf(`consumer:${queue}`, body)));
    const given = new Set(gaveUp.map(({ source, body }) => nameOf(source, body)));
    for (const name of given) if (!left.has(name) && !done.has(name)) breaks('It was given up, and is nowhere any more.', name.slice(0, 160));
    for (const { does, with: { queue, body } } of plan.steps) {
      if (does !== 'poison') continue;
      const name = nameOf(`consumer:${String(queue)}`, String(body));
      if (!left.has(name)) breaks('Poison was sent, and is not among the dead letters.', name.slice(0, 160));
    }
  },
);
