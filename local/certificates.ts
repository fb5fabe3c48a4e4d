import { createPrivateKey, X509Certificate } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { waitForLock } from '../scripts/process-lock.mjs';
import { Problem } from './problem.ts';
import { certificatesFolder, enginePython, projectFolder, readText } from './state-folder.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const RENEW_BEFORE_DAYS = 30;

export interface Certificates {
  /** The local authority; clients trust it with NODE_EXTRA_CA_CERTS, AWS_CA_BUNDLE or `curl --cacert`. */
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

const files: Certificates = {
  caFile: join(certificatesFolder, 'ca.crt'),
  certificateFile: join(certificatesFolder, 'server.crt'),
  keyFile: join(certificatesFolder, 'server.key'),
};

/** Whole days that both certificates are still valid, or undefined when there are none that can be used. */
export function certificateDaysLeft(nowMs: number): number | undefined {
  const texts = [files.caFile, files.certificateFile, files.keyFile].map(readText);
  const [ca, leaf, key] = texts;
  if (ca === undefined || leaf === undefined || key === undefined) return undefined;
  try {
    if (!new X509Certificate(leaf).checkPrivateKey(createPrivateKey(key))) return undefined;
    const untilMs = Math.min(...[ca, leaf].map((pem) => Date.parse(new X509Certificate(pem).validTo)));
    return Math.floor((untilMs - nowMs) / DAY_MS);
  } catch {
    return undefined; // what cannot be read is made again
  }
}

const areGood = (): boolean => (certificateDaysLeft(Date.now()) ?? 0) > RENEW_BEFORE_DAYS;

/** The engine's certificates, made now if there are none or they end within thirty days. */
export async function ensureCertificates(): Promise<Certificates> {
  if (areGood()) return files;
  // A start and a test run may come at the same time; a key of one and a certificate of the other would not fit.
  const release = await waitForLock(join(certificatesFolder, 'making.lock'), () => undefined);
  try {
    if (!areGood()) makeCertificates();
  } finally {
    release();
  }
  return files;
}

function makeCertificates(): void {
  const made = spawnSync(enginePython, [join(projectFolder, 'local', 'make_certificates.py'), certificatesFolder], { encoding: 'utf8' });
  if (made.status !== 0) {
    throw new Problem(
      `The local certificates could not be made: ${made.error?.message ?? made.stderr.trim().split('\n').at(-1) ?? 'no output'}`,
      "Run `npm run doctor`; if the engine's environment is damaged, delete .local/engine-venv and start again.",
    );
  }
}

/** Makes this process and every child it starts from now on trust the local authority. */
export function trustLocalAuthority(caFile: string): void {
  process.env['NODE_EXTRA_CA_CERTS'] = caFile;
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(caFile, 'utf8')]);
}
