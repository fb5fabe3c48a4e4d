import { Instances } from './host/instances.ts';
import { wiringOfDev } from './wiring/templates.ts';
import type { InMemoryAws } from '../support/aws/in-memory-aws.ts';
import type { Wiring } from './wiring/wiring.ts';

/** What a process keeps from run to run: the wiring, and the instances of the functions, which are slow to load. */
export interface Process {
  readonly wiring: Wiring;
  readonly instances: Instances;
  /** Puts a run's AWS below all clients, and has it told what functions log. */
  connect(aws: InMemoryAws, log: (line: string) => void): void;
}

export const openProcess = (): Process => {
  let aws: InMemoryAws | undefined;
  let log: (line: string) => void = () => undefined;
  const transport: InMemoryAws['requestHandler'] = {
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    handle: (request) => {
      if (aws === undefined) throw new Error('No run is going on.');
      return aws.requestHandler.handle(request);
    },
  };
  return {
    wiring: wiringOfDev(),
    instances: new Instances(transport, (line) => log(line)),
    connect: (newAws, newLog) => void ([aws, log] = [newAws, newLog]),
  };
};
