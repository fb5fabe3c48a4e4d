/** OAuth 2 scopes, `<resource server>/<scope>`, as registered in the user pool and checked by every route. */
export const resourceServers = {
  payments: ['read', 'write'],
  refunds: ['write'],
  accounts: ['read', 'write'],
  funds: ['write'],
  reviews: ['read', 'write'],
  webhooks: ['read', 'write'],
  operations: ['read', 'write'],
} as const;

type ResourceServers = typeof resourceServers;
export type Scope = { [Server in keyof ResourceServers]: `${Server}/${ResourceServers[Server][number]}` }[keyof ResourceServers];

export const allScopes: readonly Scope[] = Object.entries(resourceServers).flatMap(([server, names]) =>
  names.map((name) => `${server}/${name}` as Scope),
);

/** A role is a set of scopes; what a caller may do is what both its role and its token allow. */
export const roleScopes = {
  merchant: ['payments/read', 'payments/write', 'refunds/write', 'accounts/read', 'webhooks/read', 'webhooks/write'],
  treasury: ['accounts/read', 'accounts/write', 'funds/write', 'payments/read'],
  reviewer: ['reviews/read', 'reviews/write', 'payments/read'],
  operator: ['operations/read', 'operations/write', 'payments/read', 'accounts/read', 'reviews/read', 'webhooks/read'],
  admin: allScopes,
} as const satisfies Record<string, readonly Scope[]>;

export type Role = keyof typeof roleScopes;

export const isRole = (value: string): value is Role => Object.hasOwn(roleScopes, value);
