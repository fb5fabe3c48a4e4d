import { devNull } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export const region = 'us-east-1';
export const accountId = '000000000000';

/** The engine treats this pair as the account's root; it opens nothing else. */
export const rootCredentials = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

const loopback = '127.0.0.1,localhost';

/** Variables of the person's own AWS or CDK set-up must not reach the tools: a profile there could name a real account. */
const foreign = /^(AWS|CDK|JSII)_/;

/**
 * The environment for tools that talk to the engine (CDK CLI, AWS CLI, SDK programs): the person's own without
 * any AWS or CDK setting, plus endpoint, authority, test credentials and region of the engine.
 */
export function cloudEnvironment(engine: {
  readonly endpoint: string;
  readonly caFile: string;
  readonly runFolder: string;
}): Record<string, string> {
  const kept = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && !foreign.test(entry[0]));
  const noProxy = [process.env['NO_PROXY'] ?? process.env['no_proxy'], loopback].filter(Boolean).join(',');
  return {
    ...Object.fromEntries(kept),
    // The CDK CLI starts the app with the first `node` it finds; it must be one that runs TypeScript.
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    NODE_EXTRA_CA_CERTS: engine.caFile,
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    AWS_CA_BUNDLE: engine.caFile,
    AWS_ENDPOINT_URL: engine.endpoint,
    AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: join(engine.runFolder, 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(engine.runFolder, 'no-aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    // The CDK CLI reads ~/.cdk.json, which may name a profile or a role of a real account.
    HOME: join(engine.runFolder, 'no-home'),
    CDK_HOME: join(engine.runFolder, 'cdk-home'),
    CDK_DEFAULT_ACCOUNT: accountId,
    CDK_DEFAULT_REGION: region,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
  };
}

/**
 * Takes the person's AWS and CDK settings out of this process, before it makes its first SDK client: FIPS endpoints,
 * for one, would send its calls elsewhere than to the engine.
 */
export function forgetCloudSettings(): void {
  for (const name of Object.keys(process.env).filter((name) => foreign.test(name))) Reflect.deleteProperty(process.env, name);
  // Not in the variables only: the SDK reads its settings from the files of the default profile too.
  process.env['AWS_CONFIG_FILE'] = devNull;
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = devNull;
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
}
