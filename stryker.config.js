/** For `npm run test:mutation` (scripts/mutation/run.ts), which says per module what is changed and which tests must notice. */
export default {
  packageManager: 'npm',
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: { configFile: 'test/support/mutation.jest.config.js', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  // A mutant that loops for ever counts as caught, but only the time over tells: on a busy machine a shorter one would lie.
  timeoutMS: 20_000,
  thresholds: { high: 95, low: 90, break: 90 },
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false, reportScoreTable: false },
  jsonReporter: { fileName: '.local/mutation/report.json' },
  tempDirName: '.local/mutation/copy',
  ignorePatterns: ['.local', 'docs', 'bench', 'local', 'cdk.out', '.ci'],
  concurrency: 2,
  allowEmpty: false,
};
