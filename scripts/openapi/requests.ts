import * as z from 'zod';
import { routes } from '../../lambdas/shared/contract/routes.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

interface Field {
  readonly description: string;
  /** Keywords for what the zod schema checks in code and cannot say itself. */
  readonly keywords?: JsonSchema;
}

export interface RequestText {
  /** Name of the schema. */
  readonly id: string;
  /** By path, `amount.value` for a member of a member. */
  readonly fields: Readonly<Record<string, string | Field>>;
}

const currencyField: Field = {
  description: 'ISO 4217 code of a currency that payments are made in.', keywords: { pattern: '^[A-Z]{3}$', examples: ['EUR'] },
};
const amountFields = {
  amount: 'Integer minor units of a currency.',
  'amount.value': 'Minor units: 1250 is 12.50 EUR, 1250 JPY or 1.250 KWD.',
  'amount.currency': currencyField,
} as const;
const reference = "The caller's own name for it.";

/** What the bodies mean; their shapes come from the schemas that validate them. */
export const requestTexts: ReadonlyMap<string, RequestText> = new Map<string, RequestText>([
  [routes.createPayment.operation, {
    id: 'CreatePayment',
    fields: {
      payerAccountId: 'Who pays.',
      payeeAccountId: 'Who is paid: another account than the payer.',
      ...amountFields,
      captureMethod: 'automatic, the default: the money moves as soon as fraud approves. manual: it is held then, until it is captured.',
      reference,
      description: 'For people.',
      metadata: { description: "The caller's own facts, kept as they are: at most 50.", keywords: { maxProperties: 50 } },
    },
  }],
  [routes.capturePayment.operation, {
    id: 'CapturePayment', fields: { ...amountFields, final: 'Gives the rest back. Default: only when no amount is named.' },
  }],
  [routes.cancelPayment.operation, { id: 'CancelPayment', fields: { reason: 'For people. Kept with the command, never in an event.' } }],
  [routes.createRefund.operation, {
    id: 'CreateRefund', fields: { paymentId: 'Of the payment that moved the money.', ...amountFields, reason: 'Why, for people and statistics.' },
  }],
  [routes.openAccount.operation, {
    id: 'OpenAccount',
    fields: {
      type: 'Customers pay, merchants are paid; both may do either.',
      currency: currencyField,
      reference: "The caller's own name for it: at most one account of the tenant has it.",
      overdraftLimit: 'How far the balance may go below zero, minor units.',
    },
  }],
  [routes.createDeposit.operation, { id: 'CreateDeposit', fields: { ...amountFields, reference } }],
  [routes.createWithdrawal.operation, { id: 'CreateWithdrawal', fields: { ...amountFields, reference } }],
  ...([[routes.freezeAccount, 'FreezeAccount'], [routes.unfreezeAccount, 'UnfreezeAccount'], [routes.closeAccount, 'CloseAccount']] as const).map(
    ([{ operation }, id]): [string, RequestText] => [operation, { id, fields: { reason: 'For people. Kept with the command, never in an event.' } }],
  ),
  [routes.changeAccountLimit.operation, {
    id: 'ChangeAccountLimit', fields: { overdraftLimit: 'How far the balance may go below zero, minor units.' },
  }],
  [routes.putFeeSchedule.operation, {
    id: 'PutFeeSchedule', fields: { basisPoints: 'Hundredths of a percent of the amount: 250 is 2.5 %.', fixed: 'Added to that, minor units.' },
  }],
  [routes.reverseTransfer.operation, { id: 'ReverseTransfer', fields: { reason: 'For people. Kept with the correction, never in an event.' } }],
  [routes.putBlock.operation, { id: 'PutBlock', fields: { reason: 'For people. Told with the block, never in an event.' } }],
  ...[routes.approveReview, routes.declineReview].map(({ operation }): [string, RequestText] => [
    operation, { id: operation === routes.approveReview.operation ? 'ApproveReview' : 'DeclineReview', fields: { reason: 'For people. Kept with the review, never in an event.' } },
  ]),
  [routes.redriveDeadLetters.operation, {
    id: 'RedriveDeadLetters',
    fields: {
      source: 'Name of the source, as the list tells it.',
      ids: 'The letters to send back. Default: all of the source that the caller may see, up to 100 in one call.',
      dryRun: 'true, the default: tell what would be done and do nothing.',
    },
  }],
  [routes.createReconciliation.operation, {
    id: 'CreateReconciliation',
    fields: {
      accountId: 'Compare this account alone.',
      paymentId: 'Compare this payment alone; not with `accountId`. Its refunds are compared by their sum.',
      tenantId: 'Whose books: for callers of the platform, who compare those of all tenants without it.',
    },
  }],
  [routes.republish.operation, {
    id: 'Republish',
    fields: {
      since: 'Events from here on. The log reaches back 30 days.',
      until: 'Events before this; a minute ago, unless given, since what is younger may still be on its way.',
      dryRun: 'true, the default: only looks.',
      cursor: 'The nextCursor of the call before, with the same since and until.',
    },
  }],
  [routes.createWebhookEndpoint.operation, {
    id: 'CreateWebhookEndpoint',
    fields: {
      url: {
        description: 'An https URL without credentials and fragment, on port 443 or above 1023, that leads to public addresses only.',
        keywords: { format: 'uri' },
      },
      eventTypes: { description: 'The events to be told of. Default: all, those added later too.', keywords: { uniqueItems: true } },
      description: 'For people.',
    },
  }],
  [routes.changeWebhookEndpoint.operation, {
    id: 'ChangeWebhookEndpoint',
    fields: {
      url: {
        description: 'An https URL without credentials and fragment, on port 443 or above 1023, that leads to public addresses only.',
        keywords: { format: 'uri' },
      },
      eventTypes: { description: 'The events to be told of.', keywords: { uniqueItems: true } },
      description: 'For people.',
      status: 'disabled: it is told nothing. enabled: it is told what happens from now on.',
    },
  }],
  [routes.rotateWebhookSecret.operation, { id: 'RotateWebhookSecret', fields: {} }],
  [routes.testWebhookEndpoint.operation, { id: 'TestWebhookEndpoint', fields: {} }],
  [routes.redeliverWebhook.operation, { id: 'RedeliverWebhook', fields: {} }],
  [routes.redeliverFailedWebhooks.operation, {
    id: 'RedeliverFailedWebhooks',
    fields: { from: 'Deliveries created at this time or later.', to: 'Deliveries created before this time, which is later than `from`.' },
  }],
]);

/**
 * A request's schema with a description for every member.
 * @throws Error for a member without a description, or a description without a member
 */
export const describedSchema = (schema: z.ZodType, { id, fields }: RequestText): JsonSchema => {
  const { $schema: _dialect, ...shape } = z.toJSONSchema(schema, { io: 'input' });
  const used = new Set<string>();
  const described = describeMembers(shape, fields, '', used);
  const left = Object.keys(fields).filter((path) => !used.has(path));
  if (left.length > 0) throw new Error(`${id} has no ${left.join(', ')}: take the description out of scripts/openapi/requests.ts.`);
  return described;
};

const describeMembers = (schema: JsonSchema, fields: RequestText['fields'], prefix: string, used: Set<string>): JsonSchema => {
  if (schema.properties === undefined) return schema;
  const members = Object.entries(schema.properties).map(([name, member]): [string, JsonSchema] => {
    const path = `${prefix}${name}`;
    const field = fields[path];
    if (field === undefined || typeof member === 'boolean') throw new Error(`scripts/openapi/requests.ts has no description for ${path}.`);
    used.add(path);
    const { description, keywords } = typeof field === 'string' ? { description: field, keywords: {} } : field;
    return [name, { ...describeMembers(member, fields, `${path}.`, used), ...keywords, description }];
  });
  return { ...schema, properties: Object.fromEntries(members) };
};
