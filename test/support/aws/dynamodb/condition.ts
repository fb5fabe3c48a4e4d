import type { AttributeValue } from './attribute-value.ts';
import type { Path } from './paths.ts';

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'size'; readonly of: Operand };

export type Predicate = 'attribute_exists' | 'attribute_not_exists' | 'attribute_type' | 'begins_with' | 'contains';

/** A parsed condition, filter or key condition, with all #names and :values resolved. */
export type Condition =
  | { readonly kind: 'compare'; readonly operator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly lower: Operand; readonly upper: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | { readonly kind: 'predicate'; readonly name: Predicate; readonly operands: readonly Operand[] }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition };

export function operandsOf(condition: Condition): readonly Operand[] {
  switch (condition.kind) {
    case 'compare': return [condition.left, condition.right];
    case 'between': return [condition.operand, condition.lower, condition.upper];
    case 'in': return [condition.operand, ...condition.candidates];
    case 'predicate': return condition.operands;
    case 'and':
    case 'or': return [...operandsOf(condition.left), ...operandsOf(condition.right)];
    case 'not': return operandsOf(condition.condition);
  }
}

/** Every document path that the condition reads. */
export function pathsOf(condition: Condition): readonly Path[] {
  return operandsOf(condition).flatMap((operand) => {
    const inner = operand.kind === 'size' ? operand.of : operand;
    return inner.kind === 'path' ? [inner.path] : [];
  });
}
