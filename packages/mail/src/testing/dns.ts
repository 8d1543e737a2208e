import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import type { Dns, Lookup, MailExchange } from '../sender-check/dns.ts';

/** A made-up piece of the DNS, by name. `failing` answers nothing that says anything. */
export type Zone = Record<string, { txt?: string[]; mx?: MailExchange[]; addresses?: string[]; failing?: true }>;

/** A DNS out of a table. */
export function fakeDns(zone: Zone): Dns & { asked: string[] } {
  const asked: string[] = [];
  const look = <Record>(name: string, records: Record[] | undefined): Lookup<Record> => {
    asked.push(name);
    if (zone[name.toLowerCase()]?.failing) return { kind: 'failed' };
    return records && records.length > 0 ? { kind: 'found', records } : { kind: 'none' };
  };
  const at = (name: string) => zone[name.toLowerCase()];
  return {
    asked,
    txt: async (name) => look(name, at(name)?.txt),
    mx: async (name) => look(name, at(name)?.mx && [...(at(name)?.mx ?? [])].sort((one, other) => one.priority - other.priority)),
    addresses: async (name) => look(name, at(name)?.addresses),
  };
}

const types = { A: 1, MX: 15, TXT: 16, AAAA: 28 } as const;

const nameBytes = (name: string) =>
  Buffer.concat([
    ...name
      .split('.')
      .filter(Boolean)
      .map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])),
    Buffer.of(0),
  ]);

function answersOf(entry: Zone[string] | undefined, type: number): Buffer[] {
  const uint16 = (value: number) => Buffer.of(value >> 8, value & 255);
  if (type === types.TXT)
    // Pieces of 255 octets, as the protocol has it.
    return (entry?.txt ?? []).map((text) =>
      Buffer.concat((text.match(/.{1,255}/gs) ?? ['']).map((piece) => Buffer.concat([Buffer.of(piece.length), Buffer.from(piece)]))),
    );
  if (type === types.MX) return (entry?.mx ?? []).map(({ priority, exchange }) => Buffer.concat([uint16(priority), nameBytes(exchange)]));
  const family = type === types.A ? 4 : type === types.AAAA ? 6 : 0;
  return (entry?.addresses ?? [])
    .filter((address) => isIP(address) === family)
    .map((address) => (family === 4 ? Buffer.from(address.split('.').map(Number)) : sixteen(address)));
}

function sixteen(address: string): Buffer {
  const [before = '', after = ''] = address.split('::');
  const words = (text: string) => text.split(':').filter(Boolean);
  const [head, tail] = [words(before), words(after)];
  const all = [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
  return Buffer.concat(all.map((word) => Buffer.from(word.padStart(4, '0'), 'hex')));
}

/** A real name server on UDP that knows one zone. Names with `failing` get SERVFAIL, those with `silent` in them no answer. */
export async function startDnsServer(zone: Zone): Promise<{ address: string; stop(): Promise<void> }> {
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
      labels.push(question.subarray(at + 1, at + 1 + length).toString());
      at += length + 1;
    }
    const name = labels.join('.').toLowerCase();
    if (name.includes('silent')) return;
    const entry = zone[name];
    const records = answersOf(entry, question.readUInt16BE(at + 1));
    const code = entry?.failing ? 2 : entry ? 0 : 3;
    const head = Buffer.from(question.subarray(0, 12));
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(records.length, 6);
    head.writeUInt32BE(0, 8);
    const answers = records.map((data) => {
      const fixed = Buffer.alloc(12);
      fixed.writeUInt16BE(0xc00c, 0);
      fixed.writeUInt16BE(question.readUInt16BE(at + 1), 2);
      fixed.writeUInt16BE(1, 4);
      fixed.writeUInt32BE(60, 6);
      fixed.writeUInt16BE(data.length, 10);
      return Buffer.concat([fixed, data]);
    });
    socket.send(Buffer.concat([head, question.subarray(12, at + 5), ...answers]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
