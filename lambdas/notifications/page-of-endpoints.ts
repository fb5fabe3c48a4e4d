import type { Page } from '../shared/http/list-page.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';

/** Sorts as text in the order of the list. */
const positionOf = ({ createdAt, id }: WebhookEndpoint): string => `${String(createdAt).padStart(15, '0')}#${id}`;

/** One page of all endpoints, newest first. They are few, so they are cut here and not in the table. */
export const pageOfEndpoints = (all: readonly WebhookEndpoint[], limit: number, before: string | undefined): Page<WebhookEndpoint> => {
  const sorted = [...all].sort((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1));
  const behind = sorted.filter((endpoint) => before === undefined || positionOf(endpoint) < before);
  const items = behind.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(behind.length > limit && last !== undefined ? { next: positionOf(last) } : {}) };
};
