/**
 * The books, a payment or an event say what can never be true together. Nothing is decided on it: the consumer counts
 * it, which raises an alarm, and the message goes to the dead-letter queue for a person to look at.
 */
export class IntegrityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IntegrityError';
  }
}
