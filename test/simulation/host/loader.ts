import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { projectRoot } from '../../../lib/project-root.ts';

/*
 * On Lambda every function, and every instance of it, has modules of its own: settings read at load time, a logger's keys, one
 * idempotency configuration. Here `?instance=NAME` on a handler's URL goes on to every module of lambdas/ that it imports, so
 * that an instance has its own; node_modules, which hold no state of ours, are shared and stay compiled.
 * Tried instead: one bundle per instance (55 ms each and a cold SDK in every one), modules shared by all functions
 * (the registered context of one invocation is then seen by another that runs at the same time).
 */
const lambdas = pathToFileURL(join(projectRoot, 'lambdas')).href;
const stripped = new Map<string, string>();

/** The network below handlers, which leaves the process otherwise. */
const replaced: Readonly<Record<string, string>> = {
  'node:http': new URL('fake-http.ts', import.meta.url).href,
  'node:https': new URL('fake-http.ts', import.meta.url).href,
  'node:dns/promises': new URL('fake-dns.ts', import.meta.url).href,
};

export const registerInstances = (): void => {
  registerHooks({
    resolve: (specifier, context, nextResolve) => {
      const query = context.parentURL === undefined ? -1 : context.parentURL.indexOf('?instance=');
      if (query < 0) return nextResolve(specifier, context);
      const replacement = replaced[specifier];
      if (replacement !== undefined) return nextResolve(replacement, context);
      const resolved = nextResolve(specifier, context);
      return resolved.url.startsWith(lambdas) ? { ...resolved, url: resolved.url + (context.parentURL ?? '').slice(query) } : resolved;
    },
    load: (url, context, nextLoad) => {
      const [file = '', instance] = url.split('?instance=');
      if (instance === undefined) return nextLoad(url, context);
      const source = stripped.get(file) ?? stripTypeScriptTypes(readFileSync(fileURLToPath(file), 'utf8'), { mode: 'strip' });
      stripped.set(file, source);
      return { format: 'module', source, shortCircuit: true };
    },
  });
};

/** Loads a module of lambdas/ as the instance has it. */
export const importOf = (path: string, instance: string): Promise<Readonly<Record<string, unknown>>> =>
  import(`${pathToFileURL(join(projectRoot, path)).href}?instance=${instance}`) as Promise<Readonly<Record<string, unknown>>>;
