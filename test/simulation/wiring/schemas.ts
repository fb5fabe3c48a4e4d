import * as z from 'zod';

/*
 * The resource types that the simulation runs, property by property. The objects are strict: a property that nobody here knows
 * fails the reading, because a wiring that is only half imitated would prove nothing. `ignored` are properties without an
 * effect on what is simulated (encryption at rest, memory, descriptions); whether they are right is what test/infra is for.
 */
const ignored = z.unknown().optional();
const tags = { Tags: ignored };
const numeric = z.union([z.number(), z.string().regex(/^-?\d+$/).transform(Number)]);

export const functionSchema = z.strictObject({
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }),
  Timeout: numeric,
  Handler: z.literal('index.handler'),
  Architectures: ignored, Code: ignored, Description: ignored, LoggingConfig: ignored, MemorySize: ignored, Role: ignored, Runtime: ignored, TracingConfig: ignored, ...tags,
});

const keyElement = z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) });
export const tableSchema = z.strictObject({
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: z.array(keyElement),
  GlobalSecondaryIndexes: z.array(z.strictObject({
    IndexName: z.string(), KeySchema: z.array(keyElement), Projection: z.strictObject({ ProjectionType: z.literal('KEYS_ONLY') }),
  })).default([]),
  StreamSpecification: z.strictObject({ StreamViewType: z.literal('NEW_AND_OLD_IMAGES') }).optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.literal(true) }).optional(),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  DeletionProtectionEnabled: ignored, PointInTimeRecoverySpecification: ignored, SSESpecification: ignored, ...tags,
});

export const queueSchema = z.strictObject({
  QueueName: z.string().optional(),
  VisibilityTimeout: numeric.optional(),
  MessageRetentionPeriod: numeric.optional(),
  DelaySeconds: numeric.optional(),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: numeric }).optional(),
  RedriveAllowPolicy: ignored, KmsMasterKeyId: ignored, ...tags,
});

export const bucketSchema = z.strictObject({
  BucketEncryption: ignored, LifecycleConfiguration: ignored, PublicAccessBlockConfiguration: ignored, VersioningConfiguration: ignored, ...tags,
});

export const keySchema = z.strictObject({
  KeyUsage: z.enum(['ENCRYPT_DECRYPT', 'GENERATE_VERIFY_MAC']).default('ENCRYPT_DECRYPT'),
  KeySpec: ignored, Description: ignored, EnableKeyRotation: ignored, KeyPolicy: ignored, PendingWindowInDays: ignored, ...tags,
});

export const busSchema = z.strictObject({
  DeadLetterConfig: z.strictObject({ Arn: z.string() }), Name: ignored, Description: ignored, KmsKeyIdentifier: ignored, ...tags,
});

const retryPolicy = z.strictObject({ MaximumEventAgeInSeconds: numeric, MaximumRetryAttempts: numeric });
const busTarget = z.strictObject({
  Arn: z.string(), Id: ignored, InputPath: z.literal('$.detail'), DeadLetterConfig: z.strictObject({ Arn: z.string() }), RetryPolicy: retryPolicy,
  SqsParameters: z.strictObject({ MessageGroupId: z.string() }).optional(),
});
export const ruleSchema = z.strictObject({
  EventBusName: z.string(), EventPattern: z.record(z.string(), z.unknown()), State: z.literal('ENABLED'), Targets: z.tuple([busTarget]), Description: ignored,
});
/** One that fails is not started again: the next minute does. */
export const scheduleSchema = z.strictObject({
  ScheduleExpression: z.string().regex(/^rate\(\d+ (minute|minutes|hour|hours)\)$/), State: z.literal('ENABLED'), Description: ignored,
  Targets: z.tuple([z.strictObject({ Arn: z.string(), Id: ignored, RetryPolicy: z.strictObject({ MaximumEventAgeInSeconds: numeric, MaximumRetryAttempts: z.literal(0) }) })]),
});

const partialResponses = z.tuple([z.literal('ReportBatchItemFailures')]);
export const queueMappingSchema = z.strictObject({
  EventSourceArn: z.string().includes(':sqs:'), FunctionName: z.string(), BatchSize: numeric, FunctionResponseTypes: partialResponses,
  MaximumBatchingWindowInSeconds: numeric.default(0), ScalingConfig: z.strictObject({ MaximumConcurrency: numeric }), ...tags,
});
export const streamMappingSchema = z.strictObject({
  EventSourceArn: z.string().includes(':dynamodb:'), FunctionName: z.string(), BatchSize: numeric, FunctionResponseTypes: partialResponses,
  BisectBatchOnFunctionError: z.boolean(), MaximumRecordAgeInSeconds: numeric, MaximumRetryAttempts: numeric, StartingPosition: z.literal('TRIM_HORIZON'),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string().startsWith('arn:aws:s3:::') }) }), MetricsConfig: ignored, ...tags,
});

export const resourceSchema = z.strictObject({ ParentId: z.string(), PathPart: z.string(), RestApiId: z.string() });
export const methodSchema = z.object({ HttpMethod: z.string(), ResourceId: z.string(), Integration: z.object({ Type: z.string(), Uri: z.string().optional() }) });
/** The retry of an asynchronous invocation: none, as the schedules say too. */
export const invokeConfigSchema = z.strictObject({ FunctionName: z.string(), MaximumEventAgeInSeconds: numeric, MaximumRetryAttempts: z.literal(0), Qualifier: z.literal('$LATEST') });
