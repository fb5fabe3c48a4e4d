import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const docs = join(import.meta.dirname, '../../../docs');
const page = readFileSync(join(docs, 'guarantees.md'), 'utf8');

/** `[name]: path` at the foot of the page. */
const targets = new Map([...page.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, name = '', path = '']) => [name, path]));

/** Rows of the tables, by their first cell; `proof` is the cell under "proven by". */
const rowsOf = (text: string): readonly { readonly line: number; readonly promise: string; readonly proof: string }[] => {
  let column = -1;
  return text.split('\n').flatMap((line, index) => {
    if (!line.startsWith('|')) return [];
    const cells = line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
    if (cells.every((cell) => /^-+$/.test(cell))) return [];
    // The first line of a table names its columns; a table that proves nothing, as that of planted bugs, has no promises.
    const isHeading = text.split('\n')[index + 1]?.startsWith('|--') === true;
    if (isHeading) column = cells.indexOf('proven by');
    return isHeading || column === -1 ? [] : [{ line: index + 1, promise: cells[0] ?? '', proof: cells[column] ?? '' }];
  });
};

interface Named {
  readonly file: string;
  readonly title: string;
}

/** What a cell names, in its order: a link to a file, then the titles in it. */
const namedIn = (proof: string): { readonly links: readonly string[]; readonly tests: readonly Named[] } => {
  const links: string[] = [];
  const tests: Named[] = [];
  for (const [, path, name = '', title] of proof.matchAll(/\[[^\]]*\](?:\(([^)]+)\)|\[([^\]]+)\])|"([^"]+)"/g)) {
    if (title === undefined) links.push(path ?? targets.get(name) ?? name);
    else tests.push({ file: links.at(-1) ?? '', title });
  }
  return { links: links.filter((link) => link.startsWith('../test/')), tests };
};

/** `it` of `it(…)`, `it.each([…])(…)` and the like. */
const rootOf = (node: ts.Expression): string => {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isTaggedTemplateExpression(node)) return rootOf(node.tag);
  return ts.isCallExpression(node) || ts.isPropertyAccessExpression(node) ? rootOf(node.expression) : '';
};

/** Titles given to describe, it and their tables, anywhere in a file; backticks and quotes alike. */
const titlesIn = (file: string): ReadonlySet<string> => {
  const titles = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ['it', 'describe'].includes(rootOf(node.expression))) {
      const [title] = node.arguments;
      if (title !== undefined && ts.isStringLiteralLike(title)) titles.add(title.text);
      // `${…}` in a title is quoted as it stands.
      else if (title !== undefined && ts.isTemplateExpression(title)) titles.add(title.getText().slice(1, -1));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return titles;
};

const rows = rowsOf(page);

describe('docs/guarantees.md', () => {
  it('has its tables read', () => {
    expect(rows.length).toBeGreaterThan(50);
    expect(namedIn('[a](../test/a.test.ts) "one", [b][c] "two" (with "three")').tests.map(({ title }) => title)).toEqual(['one', 'two', 'three']);
  });

  it('names a test for every promise, and for every test file that it links', () => {
    const bare = rows.flatMap(({ line, promise, proof }) => {
      const { links, tests } = namedIn(proof);
      const untold = links.filter((link) => link.endsWith('.test.ts') && !tests.some(({ file }) => file === link));
      return tests.length === 0 ? [`${line}: ${promise}`] : untold.map((link) => `${line}: ${link}`);
    });
    expect(bare).toEqual([]);
  });

  it('quotes titles that stand in the linked file, letter for letter', () => {
    const wrong = rows.flatMap(({ line, proof }) =>
      namedIn(proof).tests.filter(({ file, title }) => {
        const path = join(docs, file);
        return !file.startsWith('../test/') || !existsSync(path) || !titlesIn(path).has(title);
      }).map(({ file, title }) => `${line}: ${file} has no "${title}"`),
    );
    expect(wrong).toEqual([]);
  });
});
