import { Stack } from 'aws-cdk-lib';
import { CfnMethod } from 'aws-cdk-lib/aws-apigateway';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { DeadLetterQueue } from '../constructs/dead-letter-queue.ts';
import { DueWork } from '../constructs/due-work.ts';
import { HttpFunction } from '../constructs/http-function.ts';
import { OutboxRelay } from '../constructs/outbox-relay.ts';
import { QueueConsumer } from '../constructs/queue-consumer.ts';
import { Reconciliation } from '../constructs/reconciliation.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { IdempotencyTable, ServiceTable } from '../constructs/service-table.ts';
import { IdentityService } from '../services/identity.ts';
import { acknowledge, standards } from './acknowledge.ts';
import type { IConstruct } from 'constructs';
import type { DataStack } from '../stacks/data-stack.ts';
import type { PipelineStack } from '../stacks/pipeline-stack.ts';

/**
 * Findings that are looked at and accepted, each with its reason, all of them here. A reason stands at the resource, or
 * at the construct all of whose resources it holds for; what no construct here covers is a finding of its own.
 */
export const acknowledgeFindings = (data: DataStack, pipeline: PipelineStack): void => {
  acknowledgeData(data);
  acknowledgeApi(pipeline);
  for (const construct of pipeline.node.findAll()) {
    if (construct instanceof ServiceFunction) acknowledgeFunction(construct);
    if (construct instanceof CfnPolicy) acknowledgePolicy(construct, data);
    if (construct instanceof OutboxRelay) acknowledgeParked(construct, data);
    acknowledgeInvocation(construct);
    acknowledgeMessaging(construct);
  }
};

const acknowledgeData = (data: DataStack): void => {
  acknowledge(
    data.parking, 'A few objects in a bad year, written by relays and Lambda alone. Who reads them is told by CloudTrail data events, which are the account\'s to switch on (docs/deploy.md).',
    'AwsSolutions-S1', ...standards('S3BucketLoggingEnabled'),
  );
  acknowledge(data.parking, 'What is parked is a copy: the table\'s items keep the events they carry.', ...standards('S3BucketReplicationEnabled'));
  acknowledge(data.tokenPool, 'The pool has no users, only client credentials: there is nobody to ask for a second factor.', 'AwsSolutions-COG2');
  acknowledge(data.tokenPool, 'The plus plan protects the sign-in of users, and the pool has none.', 'AwsSolutions-COG8');
  for (const construct of data.node.findAll()) {
    if (construct instanceof IdempotencyTable) {
      acknowledge(construct, 'Answers that are remembered for a while: a cache and a lock, worth nothing a day later.', 'NIST.800.53.R5-DynamoDBInBackupPlan');
    }
    if (construct instanceof ServiceTable) {
      acknowledge(construct, 'Every second of the last 35 days can be restored (point-in-time recovery); copies outside the account are not made yet (SECURITY.md).', 'NIST.800.53.R5-DynamoDBInBackupPlan');
    }
  }
};

const acknowledgeApi = ({ http }: PipelineStack): void => {
  acknowledge(http, 'Each function validates the request with the schema its API document is made of, and answers with every violation.', 'AwsSolutions-APIG2');
  acknowledge(
    http, 'No web ACL yet: every route but the health check needs a token, and usage plans throttle per tenant.',
    'AwsSolutions-APIG3', ...standards('APIGWAssociatedWithWAF'),
  );
  acknowledge(
    http, 'Execution logs can hold headers and bodies; the access log has every request with its errors.',
    'AwsSolutions-APIG6', ...standards('APIGWExecutionLoggingEnabled'),
  );
  acknowledge(http, 'A Lambda authorizer verifies the token, of the user pool or of another issuer, and finds its tenant and role.', 'AwsSolutions-COG4');
  acknowledge(http, 'Nothing is cached: answers are a tenant\'s own and change from second to second.', ...standards('APIGWCacheEnabledAndEncrypted'));
  acknowledge(http, 'A client certificate shows API Gateway to an HTTP backend; the backends here are functions, which it invokes by IAM.', ...standards('APIGWSSLEnabled'));
  acknowledge(
    http, 'API Gateway accepts an account role for its logs only with the permissions of this policy.',
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
  );
  for (const method of http.node.findAll().filter((construct) => construct instanceof CfnMethod)) {
    if (method.node.path.includes('/health/')) acknowledge(method, 'The health check is public and says nothing but that the API answers.', 'AwsSolutions-APIG4');
  }
};

const acknowledgeFunction = (fn: ServiceFunction): void => {
  acknowledge(
    fn, 'Nothing it uses is in a VPC: AWS services by its role, and public addresses for the token issuer\'s keys and webhooks only, whose sender checks them.',
    ...standards('LambdaInsideVPC'),
  );
  acknowledge(fn, 'The policy of one role, which nothing else can be given: it is made, reviewed and removed with its function.', ...standards('IAMNoInlinePolicy'));
};

const acknowledgePolicy = (policy: CfnPolicy, data: DataStack): void => {
  acknowledge(policy, 'X-Ray (PutTraceSegments, PutTelemetryRecords) and dynamodb:ListStreams know no resources.', 'AwsSolutions-IAM5[Resource::*]');
  for (const prefix of ['aws/lambda', 'parked/payments', 'parked/ledger', 'parked/fraud', 'parked/notifications', 'parked/operations']) {
    acknowledge(policy, 'A prefix of the parking bucket: object keys are not known beforehand.', `AwsSolutions-IAM5[Resource::${parkingArn(data)}/${prefix}/*]`);
  }
};

const acknowledgeParked = ({ retelling, mapping }: OutboxRelay, data: DataStack): void => {
  const { Ref: id } = Stack.of(mapping).resolve(mapping.eventSourceMappingId) as { readonly Ref: string };
  acknowledge(
    retelling, 'Where Lambda parks for this one mapping: object keys are not known beforehand.', `AwsSolutions-IAM5[Resource::${parkingArn(data)}/aws/lambda/<${id}>/*]`,
  );
};

// The bucket's ARN as the pipeline stack's template has it, which is how the finding names it.
const parkingArn = (data: DataStack): string =>
  JSON.stringify({ 'Fn::GetStackOutput': { StackName: data.stackName, Region: data.region, OutputName: 'PublishOutputFnGetAttParkingC4363F20ArnF803F024' } });

/** How many run at a time, and where a failure goes, depends on what invokes the function. One of another kind is a finding until it has its own reason. */
const acknowledgeInvocation = (construct: IConstruct): void => {
  if (construct instanceof HttpFunction || construct instanceof IdentityService) {
    acknowledge(construct, 'The API\'s throttles bound it. A reserved limit would refuse payments while the account has room.', 'NIST.800.53.R5-LambdaConcurrency');
    acknowledge(construct, 'API Gateway invokes it synchronously: a failure is the caller\'s to see and to repeat.', ...lambdaDeadLetters);
  }
  if (construct instanceof QueueConsumer) {
    acknowledge(construct.consumer, 'Bounded at its mapping: a reserved limit would throttle, and a throttled delivery counts as a receive.', 'NIST.800.53.R5-LambdaConcurrency');
    acknowledge(construct.consumer, 'Its queue feeds it and has the dead-letter queue.', ...lambdaDeadLetters);
    acknowledge(construct, 'Mappings of queues have no destination: the queue\'s own redrive policy moves what fails.', 'Serverless-LambdaEventSourceMappingDestination');
  }
  if (construct instanceof OutboxRelay) {
    acknowledge(construct.relay, 'Its stream gives it one batch per shard at a time.', 'NIST.800.53.R5-LambdaConcurrency');
    acknowledge(construct.relay, 'Its stream feeds it; what Lambda gives up goes to the parking bucket.', ...lambdaDeadLetters);
    acknowledge(construct.retelling, 'Operations invokes it, at most four calls at a time for an operator who waits for the answer.', 'NIST.800.53.R5-LambdaConcurrency');
    acknowledge(construct.retelling, 'Operations invokes it synchronously: a failure is the operator\'s to see and to repeat.', ...lambdaDeadLetters);
  }
  if (construct instanceof DueWork) {
    acknowledge(construct.sweeper, 'Its schedule starts it once a minute, and it ends within that minute.', 'NIST.800.53.R5-LambdaConcurrency');
    acknowledge(
      construct, 'The tick that starts it says nothing but the time: what was missed stays due, and the next minute does it.',
      ...lambdaDeadLetters, 'Serverless-LambdaAsyncFailureDestination', 'Serverless-EventBusDLQ', 'PaymentPipeline-RuleTargetHasDeadLetterQueue',
    );
  }
  if (construct instanceof Reconciliation) {
    acknowledge(construct.reconciler, 'Its schedule starts it once a minute, and a lease keeps all but one from working: the others end at once.', 'NIST.800.53.R5-LambdaConcurrency');
    acknowledge(
      construct, 'The tick that starts it says nothing but the time: a comparison keeps its position, and the next minute goes on with it.',
      ...lambdaDeadLetters, 'Serverless-LambdaAsyncFailureDestination', 'Serverless-EventBusDLQ', 'PaymentPipeline-RuleTargetHasDeadLetterQueue',
    );
  }
};

const lambdaDeadLetters = ['Serverless-LambdaDLQ', 'NIST.800.53.R5-LambdaDLQ'] as const;

const acknowledgeMessaging = (construct: IConstruct): void => {
  if (construct instanceof DeadLetterQueue) {
    acknowledge(construct, 'It is a dead-letter queue itself.', 'AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy');
  }
};
