import type { EnvironmentVariable } from '../contract/environment.ts';

/**
 * A setting that the stack has put into the function's environment.
 * @throws Error when it is missing: the function must not start half configured
 */
export const setting = (name: EnvironmentVariable): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set on this function.`);
  return value;
};
