import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

type Provider = Extract<NonNullable<DynamoDBClientConfig['credentials']>, (...args: never[]) => unknown>;

/**
 * Stands in every function's bundle where the SDK has its chain of credential providers (lib/constructs/bundling.ts).
 * Lambda puts the role's credentials into the environment and they stay valid for as long as it lives, so that single
 * sign-on, profiles and metadata services are never asked.
 * @throws Error (rejection) when they are not there: nothing else is tried
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export const defaultProvider = (): Provider => async () => {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '', AWS_SESSION_TOKEN: sessionToken } = process.env;
  if (accessKeyId === '' || secretAccessKey === '') throw new Error('The environment has no AWS credentials.');
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined || sessionToken === '' ? {} : { sessionToken }) };
};
