import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultProvider } from '../../../lambdas/shared/aws/environment-credentials.ts';

const before = { ...process.env };
const set = (given: Readonly<Record<string, string>>): void => {
  const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, AWS_SESSION_TOKEN: _session, ...others } = before;
  process.env = { ...others, ...given };
};

beforeEach(() => set({}));
afterEach(() => {
  process.env = before;
});

describe('the credentials of a function', () => {
  it('are those that Lambda puts into its environment, with the session', async () => {
    set({ AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' });
    expect(await defaultProvider()()).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' });
  });

  it('have no session where there is none', async () => {
    set({ AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' });
    expect(await defaultProvider()()).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
  });

  it.each([{}, { AWS_ACCESS_KEY_ID: 'id' }, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: '' }])('rejects an environment without them: %j', async (given) => {
    set(given);
    await expect(defaultProvider()()).rejects.toThrow('has no AWS credentials');
  });
});
