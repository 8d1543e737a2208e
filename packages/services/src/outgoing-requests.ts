import { lookup as askSystem, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

// Where the house's own network is, and what no public server has (RFC 6890 and its successors).
const inside = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inside.addSubnet(network, prefix, 'ipv4');
// Of IPv6 only what is global unicast is a public server, and of that not what stands for an IPv4 address (6to4, Teredo) or is for documents.
const outside = new BlockList();
outside.addSubnet('2000::', 3, 'ipv6');
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  inside.addSubnet(network, prefix, 'ipv6');

/** Whether an IP address is of a private, loopback, link-local or otherwise not public network; also for what is none. */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return inside.check(address, 'ipv4');
  if (version !== 6 || address.includes('%')) return true;
  return !outside.check(address, 'ipv6') || inside.check(address, 'ipv6');
}

/** Why a request was not sent, or its answer not read. */
type OutgoingFault = 'private_address' | 'not_https' | 'unreachable' | 'timeout' | 'too_large' | 'redirect';
export class OutgoingRequestError extends Error {
  constructor(
    readonly fault: OutgoingFault,
    message: string,
  ) {
    super(message);
    this.name = 'OutgoingRequestError';
  }
}

type Resolve = (
  host: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

interface OutgoingOptions {
  /** `ALLOW_PRIVATE_ADDRESSES`: also to servers of one's own network, and to those without TLS. */
  allowPrivate: boolean;
  timeoutMs?: number;
  mostBytes?: number;
  /** How a name is looked up; the machine's way unless told. */
  resolve?: Resolve;
}
export type OutgoingFetch = (
  url: string | URL,
  init?: { method?: string; headers?: Record<string, string> | Headers; body?: string | URLSearchParams | null | undefined },
) => Promise<Response>;

/**
 * `fetch` for addresses that somebody else has typed. The address is checked as the connection is made, whatever the name says at any other moment; nothing is
 * followed that leads elsewhere; and nobody holds us up with a slow or endless answer. Throws `OutgoingRequestError`.
 */
export function createOutgoingFetch({
  allowPrivate,
  timeoutMs = 8000,
  mostBytes = 1_048_576,
  resolve: ask = askSystem,
}: OutgoingOptions): OutgoingFetch {
  const refusePrivate = (host: string) => new OutgoingRequestError('private_address', `${host} is not a public address`);
  const lookup: LookupFunction = (host, options, callback) => {
    ask(host, { ...options, all: true } as LookupAllOptions, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const good = allowPrivate ? addresses : addresses.filter(({ address }) => !isPrivateAddress(address));
      const [first] = good;
      // One address inside among public ones is no accident.
      if (!first || good.length < addresses.length) return callback(refusePrivate(host), '', 0);
      if (options.all) return (callback as unknown as (error: null, addresses: { address: string; family: number }[]) => void)(null, good);
      callback(null, first.address, first.family);
    });
  };

  return async (target, init = {}) => {
    const url = new URL(target);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowPrivate))
      throw new OutgoingRequestError('not_https', `${url.origin} is not https`);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // An address that stands there itself is not looked up.
    if (!allowPrivate && isIP(host) !== 0 && isPrivateAddress(host)) throw refusePrivate(host);
    const body = init.body === null || init.body === undefined ? undefined : String(init.body);
    const headers = Object.fromEntries(new Headers(init.headers));
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const request: ClientRequest = send(url, {
        ...{ method: init.method ?? 'GET', lookup, agent: false, signal },
        headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
      });
      request.once('response', resolve);
      request.once('error', (error: Error & { code?: string }) => reject(faultOf(error, url, signal)));
      request.end(body);
    });
    const status = answer.statusCode ?? 0;
    if (status >= 300 && status < 400 && status !== 304) {
      answer.destroy();
      throw new OutgoingRequestError('redirect', `${url.origin} leads elsewhere`);
    }
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > mostBytes) throw new OutgoingRequestError('too_large', `${url.origin} answers with too much`);
        chunks.push(chunk);
      }
    } catch (error) {
      throw faultOf(error as Error, url, signal);
    } finally {
      answer.destroy();
    }
    const isEmpty = status === 204 || status === 304;
    const received = new Headers();
    for (const [name, value] of Object.entries(answer.headers)) for (const one of [value ?? []].flat()) received.append(name, one);
    return new Response(isEmpty ? null : Buffer.concat(chunks), { status, headers: received });
  };
}

function faultOf(error: Error & { code?: string | undefined }, url: URL, signal: AbortSignal): Error {
  if (error instanceof OutgoingRequestError) return error;
  if (signal.aborted) return new OutgoingRequestError('timeout', `${url.origin} gives no answer`);
  return new OutgoingRequestError('unreachable', `${url.origin} cannot be reached: ${error.code ?? error.message}`);
}
