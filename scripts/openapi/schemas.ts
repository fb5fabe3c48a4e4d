import * as z from 'zod';
import { DEAD_LETTER_ID } from '../../lambdas/operations/dead-letter.ts';
import { paymentStates } from '../../lambdas/payments/payment.ts';
import { patternOf, transferIdPattern } from '../../lambdas/shared/ids/ids.ts';

/** Members that several answers have. */
export const paymentId = z.string().regex(patternOf('payment')).describe('Id of a payment.');
export const refundId = z.string().regex(patternOf('refund')).describe('Id of a refund.');
export const accountId = z.string().regex(patternOf('account')).describe('Id of an account.');
export const transferId = z
  .string()
  .regex(transferIdPattern)
  .describe('Id of a transfer: named after the deposit or the payment that asked for it.');
export const webhookEndpointId = z.string().regex(patternOf('webhookEndpoint')).describe('Id of a webhook endpoint.');

export const reconciliationId = z.string().regex(patternOf('reconciliation')).describe('Id of a comparison of the books.');
export const deliveryId = z.string().regex(patternOf('delivery')).describe('Id of a delivery: the `webhook-id` of its attempts.');

export const deadLetterId = z.string().regex(DEAD_LETTER_ID).describe('Id of a dead letter: the same as long as it is there.');

// States such as `authorized:capture` are a status with an open operation; callers see the status alone.
export const paymentStatuses = paymentStates.filter((state) => !state.includes(':'));

export const time = (description: string) => z.iso.datetime().describe(`${description} RFC 3339, UTC, milliseconds.`);
export const minorUnits = (description: string) => z.int().describe(`${description} Minor units of the currency.`);
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .describe('ISO 4217 code; its exponent says what a minor unit is (JPY 0, EUR 2, KWD 3).');

/** Of `{id}` where a currency is what names the resource. */
export const currencyId = z.string().regex(/^[A-Z]{3}$/).describe('ISO 4217 code of a currency.');

export const amount = z
  .strictObject({ value: z.int().min(1).describe('Integer number of minor units.'), currency })
  .meta({ id: 'Amount', description: 'An amount of money, exact: never a float.' });
