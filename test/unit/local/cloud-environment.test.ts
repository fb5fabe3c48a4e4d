import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cloudEnvironment } from '../../../local/cloud-environment.ts';

const engine = { endpoint: 'https://127.0.0.1:4566', caFile: '/state/ca.crt', runFolder: '/state/engine' };

describe('the environment of tools that talk to the engine', () => {
  const before = process.env;

  beforeEach(() => {
    process.env = {
      ...before,
      AWS_PROFILE: 'production',
      AWS_SESSION_TOKEN: 'real',
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

  it("keeps the person's other settings and goes around their proxy", () => {
    expect(cloudEnvironment(engine)).toMatchObject({ EDITOR: 'vi', NO_PROXY: 'intranet,127.0.0.1,localhost' });
  });
});
