import { intrinsicOf, isList, isObject, objectAt, resourcesOf, textOf, type Json, type JsonObject, type Resource } from './template.ts';

/** Templates by stack name. */
export type Templates = Readonly<Record<string, JsonObject>>;

export interface Removal {
  readonly templates: Templates;
  /** Where a reference to something removed stood, e.g. `Operations.Dashboard.Properties.DashboardBody`. */
  readonly prunedReferences: readonly string[];
}

interface Gone {
  /** `<stack>/<logical id>` of removed resources. */
  readonly resources: Set<string>;
  /** `<stack>/<output>` of removed outputs, and `export/<name>` of their exports. */
  readonly outputs: Set<string>;
}

function isDangling(stack: string, value: Json, gone: Gone): boolean {
  const [name, argument] = intrinsicOf(value) ?? [];
  if (argument === undefined) return false;
  if (name === 'Ref') return gone.resources.has(`${stack}/${textOf(argument)}`);
  if (name === 'Fn::GetAtt') {
    const target = isList(argument) ? argument[0] : textOf(argument).split('.')[0];
    return gone.resources.has(`${stack}/${textOf(target)}`);
  }
  if (name === 'Fn::ImportValue') return gone.outputs.has(`export/${JSON.stringify(argument)}`);
  if (name === 'Fn::GetStackOutput' && isObject(argument))
    return gone.outputs.has(`${textOf(argument['StackName'])}/${textOf(argument['OutputName'])}`);
  return false;
}

/** The value without what refers to something removed; undefined when nothing of it is left. Notes each path it cut. */
function prune(stack: string, value: Json, gone: Gone, path: string, cut: (path: string) => void): Json | undefined {
  if (isDangling(stack, value, gone)) {
    cut(path);
    return undefined;
  }
  if (isList(value)) {
    const kept = value.map((item) => prune(stack, item, gone, path, cut)).filter((item) => item !== undefined);
    return value.length > 0 && kept.length === 0 ? undefined : kept;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]): [string, Json | undefined] => {
    const isFunction = key.startsWith('Fn::');
    const kept = prune(stack, item, gone, isFunction ? path : `${path}.${key}`, cut);
    // A function that has lost an argument of its own computes nothing any more.
    const isBroken = isFunction && isList(item) && isList(kept) && kept.length < item.length;
    return [key, isBroken ? undefined : kept];
  });
  const kept = entries.filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return entries.length > 0 && kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function pruneResource(stack: string, id: string, resource: Resource, gone: Gone, cut: (path: string) => void): JsonObject {
  const dependsOn = resource['DependsOn'];
  const dependencies = (isList(dependsOn) ? dependsOn : dependsOn === undefined ? [] : [dependsOn]).filter(
    (name) => !gone.resources.has(`${stack}/${textOf(name)}`),
  );
  const { DependsOn: _, ...rest } = resource;
  const pruned = prune(stack, rest, gone, `${stack}.${id}`, cut);
  return { ...(isObject(pruned) ? pruned : rest), ...(dependencies.length > 0 ? { DependsOn: dependencies } : {}) };
}

/** Removes the outputs that tell of something removed; returns whether there were any that had not been known. */
function markOutputs(templates: Templates, gone: Gone): boolean {
  const before = gone.outputs.size;
  for (const [stack, template] of Object.entries(templates)) {
    for (const [name, output] of Object.entries(objectAt(template, 'Outputs'))) {
      if (!isObject(output)) continue;
      const value = output['Value'];
      if (value === undefined || prune(stack, value, gone, '', () => undefined) !== undefined) continue;
      gone.outputs.add(`${stack}/${name}`);
      const exportName = objectAt(output, 'Export')['Name'];
      if (exportName !== undefined) gone.outputs.add(`export/${JSON.stringify(exportName)}`);
    }
  }
  return gone.outputs.size > before;
}

/**
 * Removes the chosen resources from templates, and with them every reference: `DependsOn`, outputs (and what imports
 * them in another stack), list elements, parts of a joined text, properties.
 */
export function removeResources(templates: Templates, isRemoved: (stack: string, id: string, resource: Resource) => boolean): Removal {
  const gone: Gone = { resources: new Set(), outputs: new Set() };
  for (const [stack, template] of Object.entries(templates)) {
    for (const [id, resource] of resourcesOf(template)) if (isRemoved(stack, id, resource)) gone.resources.add(`${stack}/${id}`);
  }
  // An output of one stack may be made of a removed output of another: until nothing more falls.
  while (markOutputs(templates, gone));
  const prunedReferences: string[] = [];
  const pruned = Object.entries(templates).map(([stack, template]): [string, JsonObject] => {
    const resources = resourcesOf(template)
      .filter(([id]) => !gone.resources.has(`${stack}/${id}`))
      .map(([id, resource]): [string, JsonObject] => [id, pruneResource(stack, id, resource, gone, (path) => prunedReferences.push(path))]);
    const outputs = Object.entries(objectAt(template, 'Outputs')).filter(([name]) => !gone.outputs.has(`${stack}/${name}`));
    const { Outputs: _, ...rest } = template;
    return [
      stack,
      { ...rest, Resources: Object.fromEntries(resources), ...(outputs.length > 0 ? { Outputs: Object.fromEntries(outputs) } : {}) },
    ];
  });
  return { templates: Object.fromEntries(pruned), prunedReferences };
}
