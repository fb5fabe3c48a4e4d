import { OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/** How every function is bundled: ESM with the SDK inside, minified, imports in about half the time of the CommonJS default. */
export const bundling = {
  format: OutputFormat.ESM,
  mainFields: ['module', 'main'],
  target: 'node24',
  bundleAwsSDK: true,
  minify: true,
};
