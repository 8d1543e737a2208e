import { setTimeout as sleep } from 'node:timers/promises';
import type { Portal } from '../testing/portal.ts';
import { Violation } from './model.ts';
import { patienceSeconds } from './patience.ts';

/** What came of a request: `done`, or the refusal's code with what tells it from others. */
export interface Answer {
  says: string;
  // biome-ignore lint/suspicious/noExplicitAny: the bodies of many endpoints.
  body: any;
}

export interface Manner {
  api: number;
  echo?: boolean;
  givesUp?: boolean;
}

interface Raw {
  status: number;
  text: string;
}

/** One request; undefined when there was no answer. */
async function send(url: string, init: RequestInit): Promise<Raw | undefined> {
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(30_000) });
    return { status: response.status, text: await response.text() };
  } catch {
    return undefined;
  }
}

interface Problem {
  code?: string;
  errors?: { rule: string }[];
  details?: { thing?: string };
}

function saysOf({ code = 'unknown', errors, details }: Problem): string {
  const more = errors?.[0]?.rule ?? (code === 'illegal_transition' ? details?.thing : undefined);
  return more ? `${code}:${more}` : code;
}

/** 503: the database was not there. 409 without a version: two were at it in the same moment. Both say "try again". */
const isMomentary = ({ status, text }: Raw) =>
  status === 503 || (status === 409 && text.includes('"code":"conflict"') && !text.includes('"version"'));

/** Asks as the web application does: with a key, and again with the same key at another API while there is no answer. */
export type People = ReturnType<typeof createPeople>;

export function createPeople(portal: Portal) {
  const originOf = (slot: number) => portal.session(slot % 2).url;

  /** Undefined when the person gave up. */
  async function insist(manner: Manner, ask: (slot: number) => Promise<Raw | undefined>): Promise<Raw | undefined> {
    const end = Date.now() + patienceSeconds * 1000;
    for (let slot = manner.api; Date.now() < end; slot += 1) {
      const answer = await ask(slot);
      if (answer && answer.status >= 500 && answer.status !== 503)
        throw new Violation(`an API answered ${answer.status}: ${answer.text.slice(0, 500)}`);
      if (answer && !isMomentary(answer)) return answer;
      if (manner.givesUp) return undefined;
      await sleep(30);
    }
    throw new Violation(`no API gave an answer within ${patienceSeconds} s`);
  }

  async function json(cookie: string, method: string, path: string, body: unknown, manner: Manner, headers: Record<string, string> = {}) {
    const answer = await insist(manner, (slot) =>
      send(`${originOf(slot)}${path}`, {
        method,
        headers: { origin: originOf(slot), cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    if (!answer) return undefined;
    const parsed = JSON.parse(answer.text) as Problem;
    return { says: answer.status < 300 ? 'done' : saysOf(parsed), body: parsed } as Answer;
  }

  return {
    /** A question: changes nothing, and is asked until it is answered. */
    read: async (cookie: string, path: string): Promise<Answer> => (await json(cookie, 'GET', path, undefined, { api: 0 })) as Answer,

    /** A command with a key of its own. Undefined when the person gave up and knows nothing. */
    async command(
      cookie: string,
      method: string,
      path: string,
      body: unknown,
      key: string,
      manner: Manner,
      ifMatch?: number,
    ): Promise<Answer | undefined> {
      const headers = { 'idempotency-key': key, ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }) };
      const once = (api: number) => json(cookie, method, path, body, { ...manner, api }, headers);
      if (!manner.echo) return once(manner.api);
      const answers = (await Promise.all([once(0), once(1)])).filter((answer) => answer !== undefined);
      const done = answers.filter(({ says }) => says === 'done');
      if (new Set(done.map(({ body }) => body?.id)).size > 1)
        throw new Violation(`the same request with the same key made two things: ${done.map(({ body }) => body?.id).join(', ')}`);
      return done[0] ?? answers[0];
    },

    /** A file of customers. Who gets no answer sends it again; the first one lies there then, and nothing comes of it. */
    async upload(cookie: string, csv: string): Promise<{ id: string }> {
      const answer = await insist({ api: 0 }, (slot) =>
        send(`${originOf(slot)}/api/imports?fileName=customers.csv`, {
          method: 'POST',
          headers: { origin: originOf(slot), cookie, 'content-type': 'text/csv' },
          body: csv,
        }),
      );
      if (answer?.status !== 201) throw new Violation(`a file of customers was not taken: ${answer?.text.slice(0, 500)}`);
      return JSON.parse(answer.text) as { id: string };
    },

    /** The form of a customer's page. 303 is yes; who gets no answer sends it again, and gets another answer the second time. */
    async post(
      path: string,
      form: Record<string, string>,
      cookie: string,
      manner: Manner,
    ): Promise<{ status: number; asked: number } | undefined> {
      let asked = 0;
      const answer = await insist(manner, (slot) => {
        asked += 1;
        return send(`${originOf(slot)}${path}`, {
          method: 'POST',
          headers: { origin: originOf(slot), 'content-type': 'application/x-www-form-urlencoded', ...(cookie ? { cookie } : {}) },
          body: new URLSearchParams(form).toString(),
        });
      });
      return answer && { status: answer.status, asked };
    },
  };
}
