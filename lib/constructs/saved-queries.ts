import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { savedQueries, savedQueryName } from '../saved-queries.ts';
import { ServiceFunction } from './service-function.ts';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { StageSettings } from '../stages.ts';

interface SavedQueriesProps {
  readonly stage: StageSettings;
  readonly accessLogs: ILogGroup;
  /** Its functions are found in the tree, so that the log of none is forgotten. */
  readonly pipeline: Construct;
}

/** The questions of lib/saved-queries.ts, in Logs Insights under `payment-pipeline-<stage>/`. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { stage, accessLogs, pipeline }: SavedQueriesProps) {
    super(scope, id);
    const functions = pipeline.node.findAll().filter((found) => found instanceof ServiceFunction).map(({ logGroup }) => logGroup.logGroupName);
    for (const [name, { over, query }] of Object.entries(savedQueries)) {
      new CfnQueryDefinition(this, name.replaceAll(' ', ''), {
        name: savedQueryName(stage.name, name),
        queryString: query.join('\n| '),
        logGroupNames: over === 'functions' ? functions : [accessLogs.logGroupName],
      });
    }
  }
}
