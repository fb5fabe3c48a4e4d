import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, objectAt, parseTemplate, textOf, type JsonObject } from './template.ts';

export interface StackTemplate {
  /** Name of the deployed stack. */
  readonly stack: string;
  readonly file: string;
  readonly template: JsonObject;
}

/** The stacks of an assembly with their templates, as its manifest tells them. */
export function stacksOf(assembly: string): readonly StackTemplate[] {
  const manifest = parseTemplate(readFileSync(join(assembly, 'manifest.json'), 'utf8'));
  return Object.entries(objectAt(manifest, 'artifacts')).flatMap(([id, artifact]) => {
    if (!isObject(artifact) || artifact['type'] !== 'aws:cloudformation:stack') return [];
    const properties = objectAt(artifact, 'properties');
    const file = join(assembly, textOf(properties['templateFile']));
    const { stackName } = properties;
    return [{ stack: typeof stackName === 'string' ? stackName : id, file, template: parseTemplate(readFileSync(file, 'utf8')) }];
  });
}

export function writeTemplate(file: string, template: JsonObject): void {
  writeFileSync(file, JSON.stringify(template, undefined, 1));
}
