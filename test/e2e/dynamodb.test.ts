import { rootCredentials } from '../../local/cloud-environment.ts';
import { engineDeviations } from '../differential/deviations.ts';
import { endpointSubject } from '../differential/subjects.ts';
import { describeDifferential } from '../differential/suite.ts';
import { context } from './support/pipeline.ts';

// A part of `npm run test:differential`, on the engine that is there: what the unit tests and the simulation rest on is held to it every time.
describeDifferential({
  name: 'the local engine', engine: () => endpointSubject(context.engine.endpoint, rootCredentials.accessKeyId), deviations: engineDeviations,
  seeds: [1, 2, 3, 4, 5, 6], operationsPerSeed: 300,
});
