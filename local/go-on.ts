import { region, rootCredentials } from './cloud-environment.ts';

/** What a person needs to go on by hand where the demo ended. */
export interface GoOn {
  readonly caFile: string;
  readonly endpoint: string;
  readonly apiBaseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly payerAccountId: string;
  readonly payeeAccountId: string;
  /** The payment of the demo. */
  readonly paymentId: string;
}

/** A word for bash, whatever is in it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Lines to paste into bash. Each curl ends its answer with a line break. An empty AWS_PROFILE and AWS_SESSION_TOKEN
 * keep a shell that is signed in to a real account from mixing it in.
 */
export function howToGoOn(about: GoOn): string {
  const payment = JSON.stringify({
    payerAccountId: about.payerAccountId,
    payeeAccountId: about.payeeAccountId,
    amount: { value: 1_250, currency: 'EUR' },
    reference: 'my first order',
  });
  const call = String.raw`curl -s -w '\n' --cacert "$CACERT" -H "Authorization: Bearer $TOKEN"`;
  return String.raw`
Go on yourself, in another terminal (bash):

  export CACERT=${quoted(about.caFile)}
  export API=${quoted(about.apiBaseUrl)}
  export TOKEN=$(curl -s --cacert "$CACERT" -u ${quoted(`${about.clientId}:${about.clientSecret}`)} -d grant_type=client_credentials ${quoted(about.tokenUrl)} \
    | sed 's/.*"access_token": *"\([^"]*\)".*/\1/')

  ${call} "$API/v1/payments"
  ${call} "$API/v1/events"
  ${call} -H 'Content-Type: application/json' -H 'Idempotency-Key: my-first-payment' \
    -d ${quoted(payment)} "$API/v1/payments"

Why a payment is where it is, in this folder (with the exports above):

  npm run explain -- ${about.paymentId}

The tenant commands, in this folder:

  AWS_ENDPOINT_URL=${quoted(about.endpoint)} AWS_REGION=${region} AWS_PROFILE= AWS_SESSION_TOKEN= \
    AWS_ACCESS_KEY_ID=${rootCredentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${rootCredentials.secretAccessKey} NODE_EXTRA_CA_CERTS="$CACERT" npm run tenants -- list
`;
}
