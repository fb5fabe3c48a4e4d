/** Sort keys of the items that carry events: of a delivery, and how those of live endpoints begin. */
export const DELIVERY_ITEM = 'DELIVERY';
export const ENDPOINT_ITEMS = 'ENDPOINT#';
