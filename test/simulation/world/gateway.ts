import { randomOf } from '../engine/random.ts';
import { apiEvent, parsed, TENANT } from '../../support/api-event.ts';
import { isRecord } from '../../support/aws/requests.ts';
import { marks } from '../marks.ts';
import { hurryAll, putStray } from './due-items.ts';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { AnswerRecord, ApiCall, Caller, ConsumedRecord, Lost, PublishedRecord, StrayRecord } from '../contract.ts';
import type { Ended, Invoke } from './invocations.ts';
import type { World } from './world.ts';

const lost: Lost = { lost: true };
const PATIENCE_MS = 3_000;

/** As the gateway hands it on: functions get the token, and have no business with it. */
const withToken = (call: ApiCall): ApiCall => ({ ...call, headers: { Authorization: `Bearer ${marks.token(call.tenant ?? TENANT)}`, ...call.headers } });

/** Everything that callers were told, and what they were not told though it was answered. */
export type Answers = (AnswerRecord & { endedAt: number; answer?: ParsedAnswer; lost: boolean; disturbed: boolean })[];

/** Callers outside, and API Gateway between them and the functions: a request or its answer may get lost, or come twice. */
export const callerOf = (world: World, invoke: Invoke, actor: string, book: { readonly answers: Answers; readonly published: PublishedRecord[]; readonly forgottenAt: number[]; readonly purged: ConsumedRecord[]; readonly strays: StrayRecord[] }): Caller => {
  const { scheduler, faults, trace, aws, names } = world;
  const functionBehind = (route: Route): string => {
    const found = world.wiring.routes.find(({ method, resource }) => method === route.method && resource === route.resource);
    if (found === undefined) throw new Error(`The API of the templates has no ${route.method} ${route.resource}.`);
    return found.function;
  };

  const send = (who: string, route: Route, call: ApiCall): Promise<ParsedAnswer | Lost> => {
    const where = world.unique(`${who} ${route.operation} ${call.key ?? JSON.stringify([call.path, call.query, call.body]).slice(0, 80)}`);
    const record: Answers[number] = { actor: who, route, call, sentAt: Math.floor(scheduler.now), endedAt: Math.floor(scheduler.now), lost: true, disturbed: false };
    book.answers.push(record);
    trace.add(scheduler.now, 'caller', who, () => `sends ${route.operation} ${describe(call)}`);
    return new Promise((resolve) => {
      let open = true;
      const end = (answer: ParsedAnswer | Lost, why: string): void => {
        if (!open) return;
        open = false;
        record.endedAt = Math.floor(scheduler.now);
        record.lost = 'lost' in answer;
        trace.add(scheduler.now, 'caller', who, () => ('lost' in answer ? `knows nothing of ${route.operation}: ${why}` : `gets ${answer.status} for ${route.operation} ${describeAnswer(answer)}`));
        resolve(answer);
      };
      if (faults.strikes('callerGivesUp', where)) scheduler.after(PATIENCE_MS * faults.dice('patience', where) ** 3, () => end(lost, 'gave up waiting'));
      if (faults.strikes('requestLost', where)) return void scheduler.after(PATIENCE_MS, () => end(lost, 'the request got lost'));
      scheduler.after(2 + 10 * faults.dice('way there', where), () => {
        if (world.isOut(`api:${route.service}`)) {
          end(lost, 'the service is out of order');
          return;
        }
        invoke(functionBehind(route), `${where} at ${names.shortOf(functionBehind(route))}`, apiEvent(route, withToken(call)), (how) => {
          const answer = answerOf(how);
          record.disturbed = how.disturbed;
          // Its caller may have hung up long before.
          record.endedAt = Math.floor(scheduler.now);
          if (answer !== undefined) record.answer = answer;
          const isLost = answer !== undefined && faults.strikes('answerLost', where);
          scheduler.after(isLost ? PATIENCE_MS : 2 + 10 * faults.dice('way back', where), () => (answer === undefined || isLost ? end(lost, answer === undefined ? 'the function died' : 'the answer got lost') : end(answer, '')));
        });
      });
    });
  };

  return {
    actor,
    random: randomOf(world.seed, 'actor', actor),
    now: () => Math.floor(scheduler.now),
    sleep: (milliseconds) => new Promise((resolve) => void scheduler.after(milliseconds, () => resolve())),
    call: (route, call) => {
      const where = `${actor} ${route.operation} ${call.key ?? ''}`;
      if (call.key !== undefined && faults.strikes('calledTwice', where)) {
        trace.add(scheduler.now, 'fault', actor, `a second client sends ${route.operation} ${call.key} too`);
        scheduler.after(30 * faults.dice('second client', where), () => void send(`${actor} (second client)`, route, call));
      }
      return send(actor, route, call);
    },
    send: async (queue, body) => {
      const name = names.queues[queue].queue;
      aws.queue(name).send({ body });
      trace.add(scheduler.now, 'caller', actor, `puts a message into ${queue}`);
      for (const listener of world.listeners) listener.queued(name);
    },
    redrive: async (queue) => {
      const { dead, queue: name } = names.queues[queue];
      aws.redrive(dead);
      trace.add(scheduler.now, 'caller', actor, `redrives the dead letters of ${queue}`);
      for (const listener of world.listeners) listener.queued(name);
    },
    purge: async (queue) => {
      const lostMessages = aws.queue(names.queues[queue].queue).purge();
      for (const { body } of lostMessages) book.purged.push({ at: Math.floor(scheduler.now), queue, body });
      trace.add(scheduler.now, 'caller', actor, () => `purges ${queue}: ${lostMessages.length} messages are gone`);
    },
    hurry: async (service) => {
      const hurried = hurryAll(world, service);
      trace.add(scheduler.now, 'caller', actor, () => `has ${hurried} items of ${service} looked at now`);
    },
    stray: async (service, forMs) => {
      const stray = putStray(world, service);
      trace.add(scheduler.now, 'caller', actor, () => `leaves something due in ${service} that nothing can be done about`);
      await new Promise<void>((resolve) => void scheduler.after(forMs, () => resolve()));
      book.strays.push(stray.take());
    },
    forgetAnswers: async () => {
      for (const table of names.idempotencyTables) aws.expireItems(table, Number.MAX_SAFE_INTEGER);
      book.forgottenAt.push(Math.floor(scheduler.now));
      trace.add(scheduler.now, 'caller', actor, 'TTL deletes every remembered answer');
    },
    published: (eventId) => book.published.findLast(({ detail }) => detail.includes(`"id":"${eventId}"`))?.detail,
  };
};

const answerOf = (how: Ended): ParsedAnswer | undefined => ('result' in how ? parsed(how.result as APIGatewayProxyResult) : undefined);

const describe = ({ key, path, body, tenant }: ApiCall): string =>
  [tenant, key, path === undefined ? undefined : Object.values(path).join('/'), body === undefined ? undefined : JSON.stringify(body)].filter((part) => part !== undefined).join(' ');

const describeAnswer = ({ body }: ParsedAnswer): string => (isRecord(body) ? [body['id'], body['status'], body['code']].filter((part) => typeof part === 'string').join(' ') : '');
