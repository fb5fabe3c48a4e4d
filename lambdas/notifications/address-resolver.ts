/** Port of name resolution: all addresses of a name. @throws Error when it has none */
export type ResolveAddresses = (host: string) => Promise<readonly string[]>;
