import { marshall } from '@aws-sdk/util-dynamodb';
import type { Update } from '@aws-sdk/client-dynamodb';

/** An expression in the making: every name and value gets a placeholder. */
export const expression = () => {
  const names = new Map<string, string>();
  const values = new Map<string, unknown>();
  const sets: string[] = [];
  const conditions: string[] = [];
  const name = (attribute: string): string => {
    names.set(`#${attribute}`, attribute);
    return `#${attribute}`;
  };
  const value = (given: unknown): string => {
    const placeholder = `:v${values.size}`;
    values.set(placeholder, given);
    return placeholder;
  };
  return {
    name, value,
    set: (assignment: string): void => void sets.push(assignment),
    only: (condition: string): void => void conditions.push(condition),
    /** SET with a sum instead of ADD: on an item that lacks a counter the write fails instead of starting from nothing. */
    add: (attribute: string, amount: number): void => {
      const counter = name(attribute);
      sets.push(`${counter} = ${counter} ${amount < 0 ? '-' : '+'} ${value(Math.abs(amount))}`);
    },
    update: (TableName: string, key: Readonly<Record<string, string>>): Update => ({
      TableName,
      Key: marshall(key),
      UpdateExpression: `SET ${sets.join(', ')}`,
      ConditionExpression: conditions.join(' AND '),
      ExpressionAttributeNames: Object.fromEntries(names),
      ExpressionAttributeValues: marshall(Object.fromEntries(values)),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  };
};
