import { at, listAt } from './deployment.ts';
import type { DeployedResource, Deployment } from './deployment.ts';

export const QUEUE = 'AWS::SQS::Queue';

/** Whether a queue takes what others could not deliver or process: queues, targets of rules, or a bus. */
export const isDeadLetterQueue = (queue: DeployedResource, deployment: Deployment): boolean =>
  deployment.resources.some((resource) => deadLetterArns(resource).some((arn) => deployment.named(arn, resource) === queue));

const deadLetterArns = ({ type, properties }: DeployedResource): readonly unknown[] => {
  switch (type) {
    case QUEUE:
      return [at(properties, 'RedrivePolicy', 'deadLetterTargetArn')];
    case 'AWS::Events::EventBus':
      return [at(properties, 'DeadLetterConfig', 'Arn')];
    case 'AWS::Events::Rule':
      return listAt(properties, 'Targets').map((target) => at(target, 'DeadLetterConfig', 'Arn'));
    default:
      return [];
  }
};
