/** In place of node:dns/promises for functions: every name is a public address, so that the policy of addresses lets it pass. */
export const lookup = async (_host: string, _options: { readonly all: true }): Promise<{ readonly address: string; readonly family: 4 }[]> => [{ address: '93.184.215.14', family: 4 }];
