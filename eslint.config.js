import tseslint from 'typescript-eslint';

const namedZodImport = {
  selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier",
  message: "import * as z from 'zod': the named form bundles 370 KB more",
};
const seam = (message) => ({ message });

export default tseslint.config(
  { ignores: ['node_modules', 'cdk.out', '.local', 'coverage', '**/*.js', '**/*.mjs', '**/*.cjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: ['./tsconfig.json', './tsconfig.infra.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', namedZodImport],
    },
  },
  {
    // Seams: tests and the fault simulation hold time, timers, randomness and the network.
    files: ['lambdas/**/*.ts'],
    ignores: ['lambdas/shared/time/**', 'lambdas/shared/random/**', 'lambdas/shared/aws/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        namedZodImport,
        { selector: "MemberExpression[object.name='Date'][property.name='now']", ...seam('Time comes from shared/time/clock.ts.') },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", ...seam('Time comes from shared/time/clock.ts.') },
        { selector: "MemberExpression[object.name='Math'][property.name='random']", ...seam('Randomness comes from shared/random/random.ts.') },
        { selector: 'CallExpression[callee.name=/^(setTimeout|setInterval|setImmediate)$/]', ...seam('Timers come from shared/time/timers.ts.') },
        { selector: 'CallExpression[callee.name=/^(randomUUID|randomBytes|randomInt)$/]', ...seam('Randomness comes from shared/random/random.ts.') },
        { selector: 'NewExpression[callee.name=/Client$/]', ...seam('SDK clients come from shared/aws/clients.ts.') },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
