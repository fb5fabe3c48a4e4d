import type { Guard } from '../guard.ts';

const tests = ['test/unit/shared/due-work.test.ts'];

export const dueWorkGuards: readonly Guard[] = [
  {
    name: 'what is not due yet is left alone',
    file: 'lambdas/shared/aws/dynamodb-due-store.ts',
    find: "':now': String(now)",
    replace: "':now': '9999999999999'",
    tests,
  },
  {
    name: 'an item is pushed back only if its time is what it was',
    file: 'lambdas/shared/aws/dynamodb-due-store.ts',
    find: "'da = :read'",
    replace: "'da = :read OR attribute_exists(pk)'",
    tests,
  },
  {
    name: 'an item that fails is pushed back',
    file: 'lambdas/shared/due-work/sweep.ts',
    find: 'await store.pushBack(item,',
    replace: 'if (item.dueAt < 0) await store.pushBack(item,',
    tests,
  },
  {
    name: 'a sweep acts once on what the index still names',
    file: 'lambdas/shared/due-work/sweep.ts',
    find: '.filter((item) => !done.has(keyOf(item)))',
    replace: '',
    tests,
  },
  {
    name: 'a sweep begins nothing when its time is up',
    file: 'lambdas/shared/due-work/sweep.ts',
    find: 'if (clock.now() >= deadline) return;',
    replace: '',
    tests,
  },
];
