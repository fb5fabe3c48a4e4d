import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { StageSettings } from '../stages.ts';

interface AlarmTopicProps {
  readonly stage: StageSettings;
  readonly key: IKey;
  readonly displayName: string;
  /** Who may tell it something, with the id of the statement that lets it. */
  readonly publishers: Readonly<Record<string, 'cloudwatch.amazonaws.com' | 'events.amazonaws.com'>>;
}

/** Where alarms go. Whoever is on call subscribes to it; subscriptions outlive deployments of the pipeline. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { stage, key, displayName, publishers }: AlarmTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Resource', { displayName, masterKey: key, enforceSSL: true });
    this.topic.applyRemovalPolicy(stage.removalPolicy);
    for (const [sid, service] of Object.entries(publishers)) {
      this.topic.addToResourcePolicy(new PolicyStatement({
        sid,
        principals: [new ServicePrincipal(service)],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        // By account, and not by alarm or rule: those are in stacks that are built on this one.
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }));
    }
  }
}
