import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { savedQueries } from '../../lib/saved-queries.ts';
import { projectRoot } from '../../lib/project-root.ts';
import { at } from './support/assembly.ts';
import { synthesize } from './support/synthesize.ts';

const folder = join(projectRoot, 'docs', 'runbooks');
const runbooks = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
const { assembly } = synthesize('prod');

const logFields = [...readFileSync(join(projectRoot, 'lambdas/shared/observability/logger.ts'), 'utf8').matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name ?? '');
const accessLog = JSON.parse(String(at(assembly.the('AWS::ApiGateway::Stage', 'Http').properties, 'AccessLogSetting', 'Format'))) as Record<string, string>;
const known = new Set([...logFields, ...Object.keys(accessLog), 'error.name', 'error.message', 'error.stack', 'level', 'message', '@timestamp', '@message']);

/** Fields that the Logs Insights queries of a text ask for. */
const fieldsAsked = (text: string): string[] =>
  [...text.matchAll(/`(filter [^`]+)`/g)].flatMap(([, query = '']) => query.split('|').flatMap((part) => {
    const words = part.trim();
    if (words.startsWith('filter ')) return [...words.matchAll(/([@\w.]+) (?:=|!=|>=|like|in)(?= )/g)].map(([, field]) => field ?? '');
    const list = /^(?:fields|stats count\(\) by) (.*)$/.exec(words)?.[1];
    return list === undefined ? [] : list.split(',').map((field) => field.trim());
  }));

/** Without what only the query itself has: names it gives, texts it looks for. */
const fieldsOf = (query: string): string[] => {
  const names = [...query.matchAll(/ as (\w+)/g)].map(([, name]) => name);
  const words = query.replaceAll(/"[^"]*"|\/[^/]*\//g, '').replaceAll(/\b(count|count_distinct|max|pct)\(/g, '(').match(/[@a-zA-Z][\w.]*/g) ?? [];
  const commands = new Set(['filter', 'fields', 'stats', 'sort', 'limit', 'asc', 'desc', 'by', 'and', 'or', 'like', 'in', 'as']);
  return words.filter((word) => !commands.has(word) && !names.includes(word));
};

describe('saved queries', () => {
  it.each(Object.entries(savedQueries))('`%s` asks only for fields that are written where it looks', (_name, { over, query }) => {
    const there = new Set(over === 'access log' ? Object.keys(accessLog) : [...logFields, 'error.name', 'error.message', 'error.stack', 'service', 'level', 'message', '@timestamp']);
    const asked = query.flatMap((line) => fieldsOf(line));
    expect(asked.length).toBeGreaterThan(1);
    const named = query.flatMap((line) => [...line.matchAll(/ as (\w+)/g)].map(([, name]) => name));
    expect(asked.filter((field) => !there.has(field) && !named.includes(field))).toEqual([]);
  });

  it('are those that runbooks and the operator\'s page name, each at least once', () => {
    const texts = [...runbooks.map(([, text]) => text), readFileSync(join(projectRoot, 'docs', 'operations.md'), 'utf8')];
    const named = texts.flatMap((text) => [...text.matchAll(/saved query `([^`]+)`/gi)].map(([, name]) => name ?? ''));
    expect([...new Set(named)].sort()).toEqual(Object.keys(savedQueries).sort());
  });
});

describe("the operator's page", () => {
  it('lists every kind of alarm with its runbook, and no other', () => {
    const page = readFileSync(join(projectRoot, 'docs', 'operations.md'), 'utf8');
    const listed = [...page.matchAll(/^\| (\w+) \| .* \| \[([\w-]+\.md)\]\(runbooks\/([\w-]+\.md)\) \|$/gm)].map(([, metric, text, link]) => [metric, text, link].join(' '));
    const kinds = assembly.ofType('AWS::CloudWatch::Alarm').map(({ properties }) => {
      const runbook = /docs\/runbooks\/([\w-]+\.md)/.exec(String(at(properties, 'AlarmDescription')))?.[1];
      return [at(properties, 'MetricName'), runbook, runbook].join(' ');
    });
    expect([...listed].sort()).toEqual([...new Set(kinds)].sort());
  });
});

describe('runbooks', () => {
  it.each(runbooks)('%s says symptom, impact, what to check, how to act, how to verify, and when to escalate, in this order', (_name, text) => {
    expect([...text.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, heading]) => heading)).toEqual(['Symptom', 'Impact', 'Check', 'Act', 'Verify', 'Escalate']);
  });

  it.each(runbooks)('%s asks the logs only for fields that are written', (_name, text) => {
    expect(fieldsAsked(text).filter((field) => !known.has(field))).toEqual([]);
  });

  it('ask for fields at all', () => {
    expect(runbooks.flatMap(([, text]) => fieldsAsked(text)).length).toBeGreaterThan(10);
  });

  it('say how long a message takes to its dead-letter queue when its consumer dies', () => {
    const queue = assembly.the('AWS::SQS::Queue', 'Payments/Payments/Events/Queue').properties;
    const [receives, seconds] = [Number(at(queue, 'RedrivePolicy', 'maxReceiveCount')), Number(at(queue, 'VisibilityTimeout'))];
    expect(Object.fromEntries(runbooks)['dead-letters.md']).toContain(`${(receives * seconds) / 60} minutes (${receives} times the visibility timeout of ${seconds} s)`);
  });

  it('name their neighbours by files that exist', () => {
    const names = new Set(runbooks.map(([name]) => name));
    expect(runbooks.flatMap(([, text]) => [...text.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name]) => name ?? '')).filter((name) => !names.has(name))).toEqual([]);
  });
});
