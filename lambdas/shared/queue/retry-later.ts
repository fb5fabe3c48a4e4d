/**
 * Nothing is wrong with the message, the time is: it is tried again with growing waits. Anything else that is thrown
 * will hardly pass by waiting and goes to the dead-letter queue soon.
 */
export class RetryLaterError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RetryLaterError';
  }
}
