import { createHmac } from 'node:crypto';
import { random } from '../shared/random/random.ts';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** `whsec_` + base64 of 256 random bits. */
export const newWebhookSecret = (): string => `${PREFIX}${Buffer.from(random.bytes(SECRET_BYTES)).toString('base64')}`;

interface Signed {
  /** Each signs: a receiver knows one of them. */
  readonly secrets: readonly string[];
  /** Of the message: the same at every attempt, for receivers to tell duplicates. */
  readonly id: string;
  /** Of the attempt, epoch milliseconds. */
  readonly at: number;
  readonly body: string;
}

/**
 * The three headers of Standard Webhooks, symmetric scheme v1.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const signatureHeaders = ({ secrets, id, at, body }: Signed): Readonly<Record<string, string>> => {
  const timestamp = String(Math.floor(at / 1_000));
  const signatures = secrets.map((secret) => {
    const signingKey = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', signingKey).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
};
