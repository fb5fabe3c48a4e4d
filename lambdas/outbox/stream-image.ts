import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from 'aws-lambda';
import type { Image } from './outbox-source.ts';

type SdkItem = Parameters<typeof unmarshall>[0];

/**
 * An image of a stream record as Lambda hands it over, unmarshalled. The event is JSON, so binaries in it are
 * base64 text, which the SDK's unmarshall would pass on as it is.
 */
export const imageOf = (image: Readonly<Record<string, AttributeValue>> | undefined): Image | undefined =>
  image === undefined ? undefined : unmarshall(Object.fromEntries(Object.entries(image).map(([name, value]) => [name, withBytes(value)])) as SdkItem);

const withBytes = (value: AttributeValue): unknown => {
  if (typeof value.B === 'string') return { B: Buffer.from(value.B, 'base64') };
  if (value.BS !== undefined) return { BS: value.BS.map((item) => Buffer.from(item, 'base64')) };
  if (value.L !== undefined) return { L: value.L.map(withBytes) };
  if (value.M !== undefined) return { M: Object.fromEntries(Object.entries(value.M).map(([name, item]) => [name, withBytes(item)])) };
  return value;
};
