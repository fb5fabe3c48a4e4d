import { PutObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../shared/aws/s3-client.ts';
import type { Parking } from './parking.ts';

/** The relay's on-failure bucket, where Lambda puts what it gives up on as well. */
export const s3Parking = (bucket: string, owner: string): Parking => ({
  park: async (record, reason) => {
    await s3().send(
      new PutObjectCommand({
        Bucket: bucket,
        // The stream's sequence number makes parking the same record twice one object.
        Key: `parked/${owner}/${record.dynamodb?.SequenceNumber ?? 'unknown'}.json`,
        Body: JSON.stringify({ reason, record }),
        ContentType: 'application/json',
      }),
    );
  },
});
