import { JwtVerifier } from 'aws-jwt-verify';
import { FetchError, JwkValidationError, JwksValidationError, JwtBaseError, ParameterValidationError } from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { JwksCache } from 'aws-jwt-verify/jwk';
import type { TokenVerifier } from './token-verifier.ts';

interface Issuer {
  /** Must equal the token's `iss`. */
  readonly issuer: string;
  /** https. */
  readonly jwksUri: string;
}

/**
 * Verifies JWTs of any OpenID Connect issuer. Keys are fetched over HTTPS, kept in memory, and fetched
 * again when a token names a key that is not among them (rotation), at most every 10 s for unknown ones.
 * The audience is not checked: access tokens of client credentials have none; the client id decides.
 */
export const httpTokenVerifier = ({ issuer, jwksUri }: Issuer, jwksCache: JwksCache = new SimpleJwksCache()): TokenVerifier => {
  const verifier = JwtVerifier.create({ issuer, jwksUri, audience: null }, { jwksCache });
  return {
    verify: async (token) => {
      try {
        return await verifier.verify(token);
      } catch (error) {
        if (isFaultOfToken(error)) return undefined;
        throw error;
      }
    },
  };
};

// An issuer that cannot be reached must not look to callers as if their credentials were wrong.
const notTheTokens = [FetchError, JwksValidationError, JwkValidationError, ParameterValidationError];
const isFaultOfToken = (error: unknown): boolean => error instanceof JwtBaseError && !notTheTokens.some((kind) => error instanceof kind);
