import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { once } from './transport.ts';

export const eventBridge = once((settings) => new EventBridgeClient(settings));
