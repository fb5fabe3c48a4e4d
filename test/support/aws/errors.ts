/** An error that the service itself would answer with: the SDK receives it and makes its own exception of it. */
export class AwsError extends Error {
  readonly statusCode: number;
  /** Further members of the error's body, such as `Item` or `CancellationReasons`. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(name: string, message: string, fields: Readonly<Record<string, unknown>> = {}, statusCode = 400) {
    super(message);
    this.name = name;
    this.fields = fields;
    this.statusCode = statusCode;
  }
}

/**
 * The in-memory AWS was asked for something it does not imitate.
 * Not an AWS error, so that no retry and no catch of a service error hides it: a test must fail, not pass by accident.
 */
export class UnsupportedRequest extends Error {
  constructor(what: string) {
    super(`in-memory AWS does not know ${what}: teach it to test/support/aws, or do not use it`);
    this.name = 'UnsupportedRequest';
  }
}

/** What the SDK sees when a connection breaks; it counts as transient and is retried. */
export function connectionLost(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' });
}

export function throttled(service: string): AwsError {
  return service === 'DynamoDB'
    ? new AwsError('ThrottlingException', 'Throughput exceeds the current capacity of your table or index.')
    : new AwsError('ThrottlingException', 'Rate exceeded');
}
