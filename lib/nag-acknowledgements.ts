import { Validations } from 'aws-cdk-lib';
import { CfnMethod } from 'aws-cdk-lib/aws-apigateway';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { DeadLetterQueue } from './constructs/dead-letter-queue.ts';
import type { IConstruct } from 'constructs';
import type { DataStack } from './stacks/data-stack.ts';
import type { PipelineStack } from './stacks/pipeline-stack.ts';

interface Finding {
  /** As cdk-nag prints it, without the pack's name. */
  readonly rule: string;
  readonly reason: string;
}

const acknowledge = (construct: IConstruct, ...findings: readonly Finding[]): void =>
  Validations.of(construct).acknowledge(...findings.map(({ rule, reason }) => ({ id: `AwsSolutions::AwsSolutions-${rule}`, reason })));

/** Findings of cdk-nag that are looked at and accepted, each with its reason, all of them here. */
export const acknowledgeFindings = (data: DataStack, pipeline: PipelineStack): void => {
  acknowledge(data.parking, { rule: 'S1', reason: 'Only relays and Lambda write to it, a few objects in a bad year; who reads them is in CloudTrail.' });
  acknowledge(
    data.tokenPool,
    { rule: 'COG2', reason: 'The pool has no users, only client credentials: there is nobody to ask for a second factor.' },
    { rule: 'COG8', reason: 'The plus plan protects the sign-in of users, and the pool has none.' },
  );
  acknowledgeApi(pipeline);
  for (const construct of pipeline.node.findAll()) {
    if (construct instanceof DeadLetterQueue) acknowledge(construct, { rule: 'SQS3', reason: 'It is a dead-letter queue itself: of rule targets and of the bus, which the rule does not see.' });
    if (construct instanceof CfnPolicy) acknowledgePolicy(construct, data);
  }
};

const acknowledgeApi = ({ http }: PipelineStack): void => {
  acknowledge(
    http,
    { rule: 'APIG2', reason: 'Each function validates the request with the schema its API document is made of, and answers with every violation.' },
    { rule: 'APIG3', reason: 'No web ACL yet: every route but the health check needs a token, and usage plans throttle per tenant.' },
    { rule: 'APIG6', reason: 'Execution logs can hold headers and bodies; the access log has every request with its errors.' },
    { rule: 'COG4', reason: 'A Lambda authorizer verifies the token, of the user pool or of another issuer, and finds its tenant and role.' },
    {
      rule: 'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason: 'API Gateway accepts an account role for its logs only with the permissions of this policy.',
    },
  );
  for (const method of http.node.findAll().filter((construct) => construct instanceof CfnMethod)) {
    if (method.node.path.includes('/health/')) acknowledge(method, { rule: 'APIG4', reason: 'The health check is public and says nothing but that the API answers.' });
  }
};

const acknowledgePolicy = (policy: CfnPolicy, data: DataStack): void => {
  acknowledge(policy, { rule: 'IAM5[Resource::*]', reason: 'X-Ray (PutTraceSegments, PutTelemetryRecords) and dynamodb:ListStreams know no resources.' });
  for (const prefix of ['aws/lambda', 'parked/payments', 'parked/ledger', 'parked/fraud', 'parked/notifications']) {
    acknowledge(policy, { rule: `IAM5[Resource::${parkingArn(data)}/${prefix}/*]`, reason: 'A prefix of the parking bucket: object keys are not known beforehand.' });
  }
};

// The bucket's ARN as the pipeline stack's template has it, which is how the finding names it.
const parkingArn = (data: DataStack): string =>
  JSON.stringify({ 'Fn::GetStackOutput': { StackName: data.stackName, Region: data.region, OutputName: 'PublishOutputFnGetAttParkingC4363F20ArnF803F024' } });
