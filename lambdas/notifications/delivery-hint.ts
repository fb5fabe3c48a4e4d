import { describeError, logger } from '../shared/observability/logger.ts';
import { LONGEST_HINT_MS } from './delivery.ts';
import type { Envelope } from '../shared/events/envelope.ts';

/** Port: has the ask come again after a time, at most 15 minutes. */
export type DeliveryHint = (ask: Envelope<'WebhookDeliveryRequested'>, delayMs: number) => Promise<void>;

/**
 * Sends a hint where one can be sent. It may be lost: the due index is what guarantees the attempt. What it follows is
 * written already, so one that fails must not bring its message back.
 */
export const sendHint = async (hint: DeliveryHint, ask: Envelope<'WebhookDeliveryRequested'>, delayMs: number): Promise<void> => {
  if (delayMs > LONGEST_HINT_MS) return;
  try {
    await hint(ask, delayMs);
  } catch (error) {
    logger.warn('a hint could not be sent', { deliveryId: ask.data.deliveryId, error: describeError(error) });
  }
};
