import { request } from 'node:https';
import { createServer } from 'node:net';
import { Problem } from './problem.ts';

export const defaultPort = 4566;
const host = '127.0.0.1';

/** The port that the variable PORT asks for, or the engine's usual one. */
export function chosenPort(text: string | undefined): number {
  if (text === undefined || text === '') return defaultPort;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Problem(`PORT is "${text}", which is not a port number.`, 'Use a number from 1 to 65535, for example `PORT=4600 npm start`.');
}

/** Listens for a moment: the port asked for, or any free one for 0. Resolves the port, or undefined when it is taken. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else if (error.code === 'EACCES')
        reject(new Problem(`Port ${port} needs special rights.`, 'Use a port above 1023, for example `PORT=4600 npm start`.'));
      else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}

export async function isPortFree(port: number): Promise<boolean> {
  return (await tryPort(port)) !== undefined;
}

export async function freePort(): Promise<number> {
  const port = await tryPort(0);
  if (port === undefined)
    throw new Problem('The system gave no free port on 127.0.0.1.', 'End programs that hold many ports, then try again.');
  return port;
}

/** Asks whatever listens there whether it is an engine like ours; its certificate may be of any checkout, so it is not checked. */
function looksLikeAnEngine(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ host, port, path: '/_ministack/health', rejectUnauthorized: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    probe.once('timeout', () => probe.destroy());
    probe.once('error', () => resolve(false));
    probe.end();
  });
}

/** Refuses a port that something else holds, saying who as far as that can be known. */
export async function requireFreePort(port: number): Promise<void> {
  if (await isPortFree(port)) return;
  const isEngine = await looksLikeAnEngine(port);
  const otherPort = `take another port: \`PORT=${port === 4600 ? 4700 : 4600} npm start\`.`;
  throw isEngine
    ? new Problem(
        `Port ${port} on 127.0.0.1 is in use by a local engine that was not started from here.`,
        `Stop it where it was started (\`npm run stop\` in that checkout), or ${otherPort}`,
      )
    : new Problem(`Port ${port} on 127.0.0.1 is in use by another program.`, `End that program, or ${otherPort}`);
}
