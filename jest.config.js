const project = (name, extra = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  injectGlobals: false,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/support/strip-types.js' },
  // Each path holds package.json files (synthesized assets) that would collide in jest's module map.
  modulePathIgnorePatterns: ['<rootDir>/.local', '<rootDir>/cdk.out'],
  setupFiles: ['<rootDir>/test/support/environment.js'],
  ...extra,
});

export default {
  projects: [
    project('unit'),
    project('infra'),
    project('simulation'),
    project('differential'),
    project('e2e', {
      globalSetup: '<rootDir>/test/e2e/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/e2e/support/global-teardown.ts',
    }),
  ],
  reporters: ['default'],
  testTimeout: 30_000,
};
