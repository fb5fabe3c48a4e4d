/*
 * A trace travels as W3C `traceparent` (https://www.w3.org/TR/trace-context/) and is shown to AWS as an X-Ray header
 * (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader). Both hold the same
 * 16 bytes of trace id, 8 bytes of parent and the decision whether it is sampled. Only for finding things: a client of the API can
 * choose its trace id, so nothing is ever decided by it.
 */
const TRACE_PARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-0([01])$/;
const X_RAY_ROOT = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/;
const X_RAY_PARENT = /^[0-9a-f]{16}$/;
const STORED_BYTES = 25;

export const isTraceParent = (value: string): boolean => TRACE_PARENT.test(value);

/** An X-Ray header as traceparent; undefined when it has no root or no parent, or is not one. */
export const fromXRayHeader = (header: string | undefined): string | undefined => {
  const fields = new Map((header ?? '').split(';').map((part): [string, string] => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
  const root = X_RAY_ROOT.exec(fields.get('Root') ?? '');
  const parent = fields.get('Parent') ?? '';
  const trace = `00-${root?.[1] ?? ''}${root?.[2] ?? ''}-${parent}-0${fields.get('Sampled') === '1' ? 1 : 0}`;
  return root !== null && X_RAY_PARENT.test(parent) && isTraceParent(trace) ? trace : undefined;
};

/** The trace of this invocation, as Lambda sets it for each; undefined where nothing traces. */
export const traceOfInvocation = (): string | undefined => fromXRayHeader(process.env['_X_AMZN_TRACE_ID']);

/** X-Ray's name of a trace, by which its console and the access log know it: `1-<8 hex>-<24 hex>`. */
export const xRayTraceId = (traceParent: string): string => `1-${traceParent.slice(3, 11)}-${traceParent.slice(11, 35)}`;

/** The header that makes X-Ray continue a trace. */
export const xRayHeader = (traceParent: string): string =>
  `Root=${xRayTraceId(traceParent)};Parent=${traceParent.slice(36, 52)};Sampled=${traceParent.slice(54)}`;

/** Trace id, parent and flags, as items keep them: 25 bytes. */
export const traceBytes = (traceParent: string): Uint8Array => Uint8Array.from(Buffer.from(traceParent.slice(3).replaceAll('-', ''), 'hex'));

/** Undefined for what is no trace: an event is worth more than its trace. */
export const traceOfBytes = (stored: unknown): string | undefined => {
  if (!(stored instanceof Uint8Array) || stored.length !== STORED_BYTES) return undefined;
  const hex = Buffer.from(stored).toString('hex');
  const trace = `00-${hex.slice(0, 32)}-${hex.slice(32, 48)}-${hex.slice(48)}`;
  return isTraceParent(trace) ? trace : undefined;
};
