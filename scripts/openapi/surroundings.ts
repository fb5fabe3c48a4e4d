import { allRoutes, routes } from '../../lambdas/shared/contract/routes.ts';
import { operationTexts, routeNames } from './operations.ts';
import type { Scope } from '../../lambdas/shared/contract/scopes.ts';
import type { oas31 } from 'zod-openapi';

/** Why the document is safe to build on, said where a reader starts. */
export const introduction = `A payment is accepted at once and decided soon after.
No payment is processed twice, none is lost, and the books always balance.

Amounts are integers in minor units. Times are RFC 3339 in UTC. Members that a request does not have are refused, not ignored.
Answers have exactly the members described here; a later version may add some, so ignore what you do not know.
An id that another tenant has, or nobody, is 404. Every error is a \`Problem\`.`;

export const servers: oas31.ServerObject[] = [
  {
    url: 'https://{api}.execute-api.{region}.amazonaws.com/live',
    description: "A stage without a domain name: its URL is an output of the stage's stack.",
    variables: {
      api: { default: 'api-id', description: 'Id of the API.' }, region: { default: 'eu-central-1', description: 'AWS region.' },
    },
  },
  { url: 'https://{domain}', description: 'A stage with a domain name.', variables: { domain: { default: 'payments.example.com' } } },
];

/** Operations on one kind of resource stand together. */
export const tagOf = (resource: string): string => resource.split('/')[2] ?? '';

export const tags: oas31.TagObject[] = [
  { name: 'payments', description: 'Money from one account to another.' },
  { name: 'refunds', description: 'Money of a payment, given back.' },
  { name: 'accounts', description: 'Accounts, their balances and statements; what goes in and out.' },
  { name: 'transfers', description: 'What moved, or was refused: the entries of the ledger.' },
  { name: 'fee-schedules', description: 'What payees are charged, by currency.' },
  { name: 'blocks', description: 'Accounts that may neither pay nor be paid.' },
  { name: 'reviews', description: 'Payments that a person is to decide.' },
  { name: 'webhook-endpoints', description: 'Where events are sent.' },
  { name: 'events', description: 'What happened, for 30 days.' },
  { name: 'operations', description: 'What operators see, mend and did.' },
  { name: 'health', description: 'Whether the API answers.' },
  { name: 'webhooks', description: 'What is sent to webhook endpoints.' },
];

const summariesOf = (scope: Scope): string[] =>
  routeNames.filter((name) => routes[name].scope === scope).map((name) => operationTexts[name].summary);

/** Scopes that some route asks for, each with what it opens. */
const scopes = Object.fromEntries(allRoutes.map(({ scope }) => [scope, `${summariesOf(scope).join('; ')}.`]));

export const SECURITY_SCHEME = 'clientCredentials';

export const securitySchemes: Record<string, oas31.SecuritySchemeObject> = {
  [SECURITY_SCHEME]: {
    type: 'oauth2',
    description:
      'Send the token as `Authorization: Bearer <token>`. What a client may do is what both its token and its role allow. ' +
      "The token URL is an output of the stage's stack.",
    flows: { clientCredentials: { tokenUrl: 'https://payment-pipeline.auth.eu-central-1.amazoncognito.com/oauth2/token', scopes } },
  },
};
