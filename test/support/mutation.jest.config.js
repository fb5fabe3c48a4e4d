/** The tests that scripts/mutation/run.ts names, and no others: each of thousands of mutants loads all of them. */
export default {
  rootDir: '../..',
  testMatch: JSON.parse(process.env.MUTATION_TESTS ?? '[]').map((test) => `<rootDir>/${test}`),
  testEnvironment: 'node',
  injectGlobals: false,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/support/strip-types.js' },
  setupFiles: ['<rootDir>/test/support/environment.js'],
};
