import { OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

// The path is from the project's root, where esbuild runs. Why: docs/adr/0023-credentials-from-the-environment.md.
const credentialProviders = '@aws-sdk/credential-provider-node';
const environmentCredentials = './lambdas/shared/aws/environment-credentials.ts';

/** Modules of which functions get another one. */
export const replacedModules = { [credentialProviders]: environmentCredentials };

/** How every function is bundled: ESM with the SDK inside, minified, imports in about half the time of the CommonJS default. */
export const bundling = {
  format: OutputFormat.ESM,
  mainFields: ['module', 'main'],
  target: 'node24',
  bundleAwsSDK: true,
  minify: true,
  esbuildArgs: { '--alias': `${credentialProviders}=${environmentCredentials}` },
};
