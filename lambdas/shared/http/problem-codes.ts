interface ProblemDefinition {
  readonly status: number;
  readonly title: string;
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;
}

const problem = <const D extends ProblemDefinition>(definition: D): D => definition;

/** Every error the API can answer, once. A handler cannot emit a code outside this table. */
export const problemCodes = {
  validation_failed: problem({ status: 400, title: 'The request is not valid', retryable: false }),
  body_invalid: problem({ status: 400, title: 'The body cannot be read', retryable: false }),
  card_data_not_allowed: problem({ status: 400, title: 'Card numbers are not accepted', retryable: false }),
  cursor_invalid: problem({ status: 400, title: 'The cursor does not belong to this list', retryable: false }),
  idempotency_key_missing: problem({ status: 400, title: 'Idempotency-Key is missing', retryable: false }),
  idempotency_key_invalid: problem({ status: 400, title: 'Idempotency-Key is not valid', retryable: false }),
  unauthorized: problem({ status: 401, title: 'Authentication is missing or not valid', retryable: false }),
  insufficient_scope: problem({ status: 403, title: 'The scope for this operation is missing', retryable: false }),
  access_denied: problem({ status: 403, title: 'Access denied', retryable: false }),
  not_found: problem({ status: 404, title: 'There is no such resource', retryable: false }),
  idempotency_key_in_use: problem({ status: 409, title: 'A request with this key is still running', retryable: true }),
  account_reference_exists: problem({ status: 409, title: 'An account with this reference exists', retryable: false }),
  account_unexpected_state: problem({ status: 409, title: 'The account is in another status', retryable: false }),
  account_not_empty: problem({ status: 409, title: 'The account is not empty', retryable: false }),
  transfer_not_reversible: problem({ status: 409, title: 'The transfer cannot be reversed', retryable: false }),
  review_not_open: problem({ status: 409, title: 'The review is not open', retryable: false }),
  payment_unexpected_state: problem({ status: 409, title: 'The payment is in another status', retryable: false }),
  payment_busy: problem({ status: 409, title: 'The payment waits for an answer of the ledger', retryable: true }),
  reconciliation_running: problem({ status: 409, title: 'A comparison of all books is open', retryable: true }),
  webhook_endpoint_not_enabled: problem({ status: 409, title: 'The webhook endpoint is not enabled', retryable: false }),
  delivery_in_progress: problem({ status: 409, title: 'The delivery is being attempted', retryable: true }),
  delivery_too_old: problem({ status: 409, title: 'The event is too old to be delivered again', retryable: false }),
  payload_too_large: problem({ status: 413, title: 'The request is too large', retryable: false }),
  unsupported_media_type: problem({ status: 415, title: 'The body must be application/json', retryable: false }),
  idempotency_key_reused: problem({ status: 422, title: 'The key was used for another request', retryable: false }),
  instant_too_recent: problem({ status: 422, title: 'The instant is too recent', retryable: true }),
  transfer_rejected: problem({ status: 422, title: 'The transfer was rejected', retryable: false }),
  payment_not_found: problem({ status: 422, title: 'There is no such payment', retryable: false }),
  currency_mismatch: problem({ status: 422, title: 'The amount is in another currency', retryable: false }),
  amount_exceeds_available: problem({ status: 422, title: 'There is less left', retryable: false }),
  webhook_url_not_allowed: problem({ status: 422, title: 'The webhook URL is not allowed', retryable: false }),
  limit_exceeded: problem({ status: 422, title: 'A limit of this tenant is reached', retryable: false }),
  too_many_requests: problem({ status: 429, title: 'Too many requests', retryable: true }),
  internal_error: problem({ status: 500, title: 'Internal error', retryable: true }),
  service_unavailable: problem({ status: 503, title: 'The service is briefly unavailable', retryable: true }),
} as const;

export type ProblemCode = keyof typeof problemCodes;

/** RFC 9457 `type`: where the documentation explains the code. */
export const problemTypeOf = (code: ProblemCode): string => `urn:payment-pipeline:problem:${code}`;
