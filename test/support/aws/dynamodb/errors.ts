import { AwsError } from '../errors.ts';
import type { Item } from './attribute-value.ts';

export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function conditionFailed(current: Item | undefined): AwsError {
  const fields = current === undefined ? {} : { Item: current };
  return new AwsError('ConditionalCheckFailedException', 'The conditional request failed', fields);
}

export function tableNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'Requested resource not found');
}
