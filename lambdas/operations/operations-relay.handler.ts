import { eventBridgePublisher } from '../outbox/event-bridge-publisher.ts';
import { relay } from '../outbox/relay.ts';
import { s3Parking } from '../outbox/s3-parking.ts';
import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { operationsEvents } from './operations-events.ts';

export const handler = relay({
  source: operationsEvents,
  publisher: eventBridgePublisher(setting(environment.bus)),
  parking: s3Parking(setting(environment.parkingBucket), 'operations'),
});
