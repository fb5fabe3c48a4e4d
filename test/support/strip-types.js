import { stripTypeScriptTypes } from 'node:module';

/** Jest transform: Node's own type stripping, so tests run the very text that Lambda's bundler and the CLI see. */
export default { process: (code) => ({ code: stripTypeScriptTypes(code, { mode: 'strip' }) }) };
