import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { StageSettings } from '../stages.ts';

/** Where every alarm goes. Whoever is on call subscribes to it; subscriptions outlive deployments of the pipeline. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, stage: StageSettings, key: IKey) {
    super(scope, id);
    this.topic = new Topic(this, 'Resource', { displayName: 'Payment pipeline alarms', masterKey: key, enforceSSL: true });
    this.topic.applyRemovalPolicy(stage.removalPolicy);
    this.topic.addToResourcePolicy(new PolicyStatement({
      sid: 'CloudWatchAlarms',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [this.topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    }));
    // By account and not by rule: the rule is in a stack that is built on this one.
    this.topic.addToResourcePolicy(new PolicyStatement({
      sid: 'EventsForOnCall',
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [this.topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    }));
  }
}
