import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a look-up gave: records, the certainty that there are none, or no answer that says anything. */
export type Lookup<Record> = { kind: 'found'; records: Record[] } | { kind: 'none' } | { kind: 'failed' };

export interface MailExchange {
  exchange: string;
  priority: number;
}

/** The questions that the sender check asks the DNS. None of them throws. */
export interface Dns {
  /** TXT records, each in one piece. */
  txt(name: string): Promise<Lookup<string>>;
  /** MX records, the most preferred first. */
  mx(name: string): Promise<Lookup<MailExchange>>;
  /** IPv4 and IPv6 addresses. */
  addresses(name: string): Promise<Lookup<string>>;
}

export interface DnsOptions {
  /** IP addresses, perhaps with ports; those of the machine when left out. */
  servers?: string[] | undefined;
  timeoutMs?: number;
}

/** The real DNS. */
export function createDns({ servers, timeoutMs = 1500 }: DnsOptions = {}): Dns {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  if (servers) resolver.setServers(servers);

  return {
    txt: (name) => ask(async () => (await resolver.resolveTxt(name)).map((pieces) => pieces.join(''))),
    mx: (name) => ask(async () => (await resolver.resolveMx(name)).sort((one, other) => one.priority - other.priority)),
    async addresses(name) {
      const answers = await Promise.all([ask(() => resolver.resolve4(name)), ask(() => resolver.resolve6(name))]);
      const records = answers.flatMap((answer) => (answer.kind === 'found' ? answer.records : []));
      if (records.length > 0) return { kind: 'found', records };
      return answers.some(({ kind }) => kind === 'failed') ? { kind: 'failed' } : { kind: 'none' };
    },
  };
}

async function ask<Record>(question: () => Promise<Record[]>): Promise<Lookup<Record>> {
  try {
    const records = await question();
    return records.length > 0 ? { kind: 'found', records } : { kind: 'none' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    // A name that cannot be one has no records.
    return code === 'ENOTFOUND' || code === 'ENODATA' || code === 'EBADNAME' ? { kind: 'none' } : { kind: 'failed' };
  }
}

/** The same, but everything that is not answered within so many milliseconds from now on has failed. */
export function withDeadline(dns: Dns, ms: number): Dns {
  const end = Date.now() + ms;
  const inTime = <Record>(answer: Promise<Lookup<Record>>) =>
    Promise.race([answer, sleep(Math.max(0, end - Date.now()), { kind: 'failed' } as const, { ref: false })]);
  return {
    txt: (name) => inTime(dns.txt(name)),
    mx: (name) => inTime(dns.mx(name)),
    addresses: (name) => inTime(dns.addresses(name)),
  };
}
