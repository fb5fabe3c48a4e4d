import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { httpTokenVerifier } from '../../../lambdas/identity/http-token-verifier.ts';
import type { JWTPayload } from 'jose';
import type { TokenVerifier } from '../../../lambdas/identity/token-verifier.ts';

export const ISSUER = 'https://issuer.example.com/pool';

interface SignOptions {
  readonly issuer?: string;
  /** Seconds from now. */
  readonly expiresIn?: number | 'never';
  readonly notBefore?: number;
}

export interface TokenIssuer {
  sign(claims: JWTPayload, options?: SignOptions): Promise<string>;
  readonly jwks: { readonly keys: readonly object[] };
}

/** An issuer with one RSA key; two of them with the same `kid` look alike until the signature is checked. */
export const makeIssuer = async (kid = 'key-1'): Promise<TokenIssuer> => {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] },
    sign: (claims, { issuer = ISSUER, expiresIn = 3_600, notBefore } = {}) => {
      const now = Math.floor(Date.now() / 1_000);
      const token = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).setIssuer(issuer).setIssuedAt(now);
      if (expiresIn !== 'never') token.setExpirationTime(now + expiresIn);
      if (notBefore !== undefined) token.setNotBefore(now + notBefore);
      return token.sign(privateKey);
    },
  };
};

/** The real verifier with its keys from `fetchKeys` instead of the network; counts the fetches. */
export const verifierOver = (fetchKeys: () => Promise<object>): { readonly verifier: TokenVerifier; readonly fetches: () => number } => {
  let fetches = 0;
  const fetcher = {
    fetch: async () => {
      fetches += 1;
      const bytes = Buffer.from(JSON.stringify(await fetchKeys()));
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    },
  };
  return { verifier: httpTokenVerifier({ issuer: ISSUER, jwksUri: `${ISSUER}/.well-known/jwks.json` }, new SimpleJwksCache({ fetcher })), fetches: () => fetches };
};
