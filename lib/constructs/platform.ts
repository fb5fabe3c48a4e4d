import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StageSettings } from '../stages.ts';

/** What every construct needs of its surroundings. */
export interface Platform {
  readonly stage: StageSettings;
  /** Every alarm's action. */
  readonly alarmTopic: ITopic;
  /** What a person is woken for: one alarm per outage, see OutagePage. */
  readonly pageTopic: ITopic;
  /** Encrypts log groups; its policy names the logs service. */
  readonly operationsKey: IKey;
}
