import { UnsupportedRequest } from '../errors.ts';
import type { Queue } from './queue.ts';
import type { Sqs } from './sqs.ts';

export function attributesOf(sqs: Sqs, queue: Queue, names: readonly string[]): Record<string, string> {
  const all = allAttributes(sqs, queue);
  if (names.includes('All')) return all;
  const unknown = names.find((name) => name !== 'RedrivePolicy' && all[name] === undefined);
  if (unknown !== undefined) throw new UnsupportedRequest(`the queue attribute ${unknown}`);
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

function allAttributes(sqs: Sqs, queue: Queue): Record<string, string> {
  const { redrive } = queue.spec;
  const counts = queue.countNow();
  const policy = redrive === undefined ? undefined : {
    deadLetterTargetArn: sqs.queue(redrive.deadLetterQueue).arn, maxReceiveCount: redrive.maxReceiveCount,
  };
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    DelaySeconds: String(queue.spec.delaySeconds ?? 0),
    ...(policy === undefined ? {} : { RedrivePolicy: JSON.stringify(policy) }),
  };
}
