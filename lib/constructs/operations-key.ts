import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { customerKey } from './customer-key.ts';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { StageSettings } from '../stages.ts';

/** Key of what operators read: log groups and alarm notifications. */
export class OperationsKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, stage: StageSettings) {
    super(scope, id);
    this.key = customerKey(this, 'Resource', { stage, description: 'Logs and alarms' });
    this.allow('CloudWatchLogs', `logs.${Stack.of(this).region}.amazonaws.com`, ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:DescribeKey'], {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': Stack.of(this).formatArn({ service: 'logs', resource: 'log-group', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME }) },
    });
    this.allow('EventsForOnCall', 'events.amazonaws.com', ['kms:GenerateDataKey', 'kms:Decrypt'], {
      StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
    });
    // An alarm whose topic it cannot encrypt for is silent.
    this.allow('CloudWatchAlarms', 'cloudwatch.amazonaws.com', ['kms:GenerateDataKey', 'kms:Decrypt'], {
      StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
    });
  }

  private allow(sid: string, service: string, actions: string[], conditions: Record<string, Record<string, string>>): void {
    this.key.addToResourcePolicy(new PolicyStatement({ sid, principals: [new ServicePrincipal(service)], actions, resources: ['*'], conditions }));
  }
}
