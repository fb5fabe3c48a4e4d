/** Claims of a token whose signature, issuer and times have been checked. */
export type Claims = Readonly<Record<string, unknown>>;

export interface TokenVerifier {
  /**
   * @returns undefined when the token is not good
   * @throws when that cannot be found out, because the issuer's keys cannot be read
   */
  verify(token: string): Promise<Claims | undefined>;
}
