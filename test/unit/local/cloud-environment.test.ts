import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cloudEnvironment, forgetCloudSettings } from '../../../local/cloud-environment.ts';

const engine = { endpoint: 'https://127.0.0.1:4566', caFile: '/state/ca.crt', runFolder: '/state/engine' };

describe('the environment of tools that talk to the engine', () => {
  const before = process.env;

  beforeEach(() => {
    process.env = {
      ...before,
      AWS_PROFILE: 'production',
      AWS_SESSION_TOKEN: 'real',
      AWS_USE_FIPS_ENDPOINT: 'true',
      HOME: '/home/person',
      CDK_DEFAULT_ACCOUNT: '123456789012',
      EDITOR: 'vi',
      NO_PROXY: 'intranet',
    };
  });

  afterEach(() => {
    process.env = before;
  });

  it('refuses to pass on a profile, a session or an account of a real cloud', () => {
    const environment = cloudEnvironment(engine);
    expect(environment).not.toHaveProperty('AWS_PROFILE');
    expect(environment).not.toHaveProperty('AWS_SESSION_TOKEN');
    expect(environment).toMatchObject({
      AWS_ACCESS_KEY_ID: 'test',
      CDK_DEFAULT_ACCOUNT: '000000000000',
      AWS_ENDPOINT_URL: engine.endpoint,
    });
  });

  it('refuses to let a tool read settings in the home folder', () => {
    expect(cloudEnvironment(engine)['HOME']).toMatch(/^\/state\/engine\//);
  });

  it('takes the settings out of this process too, variables and files', () => {
    forgetCloudSettings();
    const left = Object.entries(process.env).filter(([name]) => /^(AWS|CDK|JSII)_/.test(name));
    expect(Object.fromEntries(left)).toEqual({
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    expect(process.env['EDITOR']).toBe('vi');
  });

  it("keeps the person's other settings and goes around their proxy", () => {
    expect(cloudEnvironment(engine)).toMatchObject({ EDITOR: 'vi', NO_PROXY: 'intranet,127.0.0.1,localhost' });
  });
});
