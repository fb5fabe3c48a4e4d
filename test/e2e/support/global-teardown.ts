export { stopE2eEnvironment as default } from '../../../local/e2e-environment.ts';
