import { removeResources, type Templates } from './remove-resources.ts';
import { isList, isObject, objectAt, resourcesOf, type Json, type JsonObject, type Resource } from './template.ts';

/** Resource types that the engine refuses: a deploy with one of them fails at once. A type ending in `::` names a whole service. */
const refusedTypes = [
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::AnomalyDetector',
  'AWS::CodeDeploy::',
  'AWS::Events::Archive',
  'AWS::Events::Connection',
  'AWS::Events::ApiDestination',
  'AWS::Events::EventBusPolicy',
  'AWS::Logs::QueryDefinition',
  'AWS::WAFv2::WebACLAssociation',
  'AWS::WAFv2::LoggingConfiguration',
  'AWS::ApplicationAutoScaling::',
  'AWS::Synthetics::',
  'AWS::Budgets::',
  'AWS::CloudTrail::',
  'AWS::XRay::',
  'AWS::Lambda::CodeSigningConfig',
];

export interface Adaptation {
  readonly templates: Templates;
  /** Every change in words, grouped: what was removed by type, what was overridden by property. */
  readonly changes: readonly string[];
}

/** Alarms on metric math are refused too; they are told by their `Metrics` list. */
function isRefused(resource: Resource): boolean {
  if (resource.Type === 'AWS::CloudWatch::Alarm') return isList(objectAt(resource, 'Properties')['Metrics']);
  return refusedTypes.some((refused) => (refused.endsWith('::') ? resource.Type.startsWith(refused) : resource.Type === refused));
}

const labelOf = (stack: string, id: string, resource: Resource): string => {
  const path = objectAt(resource, 'Metadata')['aws:cdk:path'];
  return typeof path === 'string' ? path.replace(/\/Resource$/, '') : `${stack}/${id}`;
};

const withProperty = (resource: Resource, name: string, value: Json): Resource => ({
  ...resource,
  Properties: { ...objectAt(resource, 'Properties'), [name]: value },
});

const jwksPath = '/.well-known/jwks.json';

/**
 * The engine serves a pool's keys at /<pool id>/.well-known/jwks.json. The pool id is whatever stands before that path
 * in the template's own URI: a reference to the pool, which must stay one.
 */
function localJwksUri(value: Json, endpoint: string): Json | undefined {
  const join = isObject(value) ? value['Fn::Join'] : undefined;
  const parts = isList(join) && isList(join[1]) ? join[1] : [];
  const at = parts.findIndex((part, index) => isObject(part) && parts[index + 1] === jwksPath);
  const poolId = parts[at];
  return poolId === undefined ? undefined : { 'Fn::Join': ['', [`${endpoint}/`, poolId, jwksPath]] };
}

/** Replaces environment variables that only a real account can serve. An unknown JWKS_URI (another issuer) is left as it is. */
function adaptEnvironment(resource: Resource, endpoint: string, note: (what: string) => void): Resource {
  const environment = objectAt(objectAt(resource, 'Properties'), 'Environment');
  const variables = objectAt(environment, 'Variables');
  const replaced: Record<string, Json> = {};
  const uri = variables['JWKS_URI'];
  const localUri = uri === undefined ? undefined : localJwksUri(uri, endpoint);
  if (localUri !== undefined) {
    replaced['JWKS_URI'] = localUri;
    note(`variable JWKS_URI -> ${endpoint}/<pool id>${jwksPath}`);
  }
  if (variables['ALLOW_LOOPBACK_WEBHOOKS'] !== undefined) {
    replaced['ALLOW_LOOPBACK_WEBHOOKS'] = 'true';
    note('variable ALLOW_LOOPBACK_WEBHOOKS -> true');
  }
  if (Object.keys(replaced).length === 0) return resource;
  return withProperty(resource, 'Environment', { ...environment, Variables: { ...variables, ...replaced } });
}

/** The engine reads an API key from the request's header only, never from the authorizer: no request would pass. */
function adaptMethod(resource: Resource, note: (what: string) => void): Resource {
  if (objectAt(resource, 'Properties')['ApiKeyRequired'] !== true) return resource;
  note('ApiKeyRequired -> false');
  return withProperty(resource, 'ApiKeyRequired', false);
}

function overrideProperties(
  template: JsonObject,
  endpoint: string,
  note: (what: string, id: string, resource: Resource) => void,
): JsonObject {
  const adapted = resourcesOf(template).map(([id, resource]): [string, Resource] => {
    const noteHere = (what: string): void => note(what, id, resource);
    if (resource.Type === 'AWS::Lambda::Function') return [id, adaptEnvironment(resource, endpoint, noteHere)];
    if (resource.Type === 'AWS::ApiGateway::Method') return [id, adaptMethod(resource, noteHere)];
    return [id, resource];
  });
  return { ...template, Resources: Object.fromEntries(adapted) };
}

function grouped(prefix: string, entries: readonly (readonly [string, string])[]): string[] {
  const groups = Map.groupBy(entries, ([what]) => what);
  return [...groups].map(([what, members]) => {
    const names = members.map(([, name]) => name);
    return `${prefix} ${what}: ${names.length <= 2 ? names.join(', ') : `${names.length} resources`}`;
  });
}

/**
 * Fits synthesized templates (by stack name) to what the local engine can do, and says every difference from what is
 * deployed to AWS. Resources that the engine refuses go, with the references to them; three single properties change.
 */
export function adaptTemplates(templates: Templates, settings: { readonly endpoint: string }): Adaptation {
  const removed: [string, string][] = [];
  const overridden: [string, string][] = [];
  const kept = removeResources(templates, (stack, id, resource) => {
    if (!isRefused(resource)) return false;
    removed.push([
      resource.Type === 'AWS::CloudWatch::Alarm' ? `${resource.Type} on metric math` : resource.Type,
      labelOf(stack, id, resource),
    ]);
    return true;
  });
  const adapted = Object.entries(kept.templates).map(([stack, template]): [string, JsonObject] => [
    stack,
    overrideProperties(template, settings.endpoint, (what, id, resource) => overridden.push([what, labelOf(stack, id, resource)])),
  ]);
  const changes = [
    ...grouped('removed', removed),
    ...kept.prunedReferences.map((path) => `removed reference ${path}`),
    ...grouped('changed', overridden),
  ];
  return { templates: Object.fromEntries(adapted), changes };
}
