import { jest } from '@jest/globals';

/** Metrics as functions wrote them: EMF lines on standard output. */
export interface PublishedMetrics {
  /** Sum by name, or by `name dimension=value` for the parts of a metric. */
  sums(): Readonly<Record<string, number>>;
  /** Names of the dimensions under which a metric is kept, each set sorted. */
  dimensionsOf(name: string): readonly string[];
  forget(): void;
  close(): void;
}

interface EmfLine {
  readonly _aws: { readonly CloudWatchMetrics: readonly { readonly Dimensions: readonly (readonly string[])[]; readonly Metrics: readonly { readonly Name: string }[] }[] };
  readonly [member: string]: unknown;
}

/** Has functions that are loaded after this write their metrics, and keeps what they write. */
export const publishedMetrics = (): PublishedMetrics => {
  delete process.env['POWERTOOLS_METRICS_DISABLED'];
  let lines: EmfLine[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    const text = String(chunk);
    if (text.includes('"_aws"')) lines.push(JSON.parse(text) as EmfLine);
    return true;
  });
  const each = () => lines.flatMap((line) => line._aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) => Metrics.map(({ Name }) => ({ Name, Dimensions, line }))));
  return {
    sums: () => {
      const sums: Record<string, number> = {};
      for (const { Name, Dimensions, line } of each()) {
        const value = [line[Name]].flat().reduce((sum: number, one) => sum + Number(one), 0);
        for (const set of Dimensions) {
          const part = set.find((dimension) => dimension !== 'service' && dimension !== 'stage');
          const key = part === undefined ? Name : `${Name} ${part}=${String(line[part])}`;
          sums[key] = (sums[key] ?? 0) + value;
        }
      }
      return sums;
    },
    dimensionsOf: (name) => [...new Set(each().filter(({ Name }) => Name === name).flatMap(({ Dimensions }) => Dimensions.map((set) => [...set].sort().join(' '))))].sort(),
    forget: () => {
      lines = [];
    },
    close: () => {
      write.mockRestore();
      process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';
    },
  };
};
