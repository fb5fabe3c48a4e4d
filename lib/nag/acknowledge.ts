import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A rule as its pack prints it: `<pack>-<rule>`, with the finding in brackets where a rule has several per resource. */
export type RuleId = `${'AwsSolutions' | 'Serverless' | 'NIST.800.53.R5' | 'PCI.DSS.321' | 'PaymentPipeline'}-${string}`;

/** Accepts what these rules find at the construct and all it holds. The report of a synthesis keeps finding and reason. */
export const acknowledge = (construct: IConstruct, reason: string, ...rules: readonly RuleId[]): void =>
  Validations.of(construct).acknowledge(...rules.map((rule) => ({ id: `${rule.slice(0, rule.indexOf('-'))}::${rule}`, reason })));

/** A rule that NIST 800-53 R5 and PCI DSS share, by its name in both. */
export const standards = (name: string): readonly RuleId[] => [`NIST.800.53.R5-${name}`, `PCI.DSS.321-${name}`];
