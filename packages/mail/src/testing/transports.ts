import { createTransport, type OutgoingMail, type Transport, type TransportOptions } from '../transport.ts';
import { stopServers } from './servers.ts';

export const token = '0199f0aa3c6b7c3e9a51.Zk3vQy7o0Lw2bNf8rXcT5mHs';
export const link = `https://partners.northbridge.example/i/${token}`;
export const mail = {
  subject: 'Northbridge asks to be your reseller',
  text: `Review the request:\n${link}\n`,
  html: `<a href="${link}">Review</a>`,
};

const open: Transport[] = [];

/** Closes every transport that was opened, and every server. */
export async function stopAll(): Promise<void> {
  await Promise.all(open.splice(0).map((transport) => transport.close()));
  await stopServers();
}

/** A transport with time-outs for tests. */
export function transportTo(smtpUrl: string, options: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport({
    smtpUrl,
    from: { name: 'Clientele', address: 'no-reply@clientele.example' },
    timeouts: { connection: 2000, greeting: 2000, socket: 2000 },
    ...options,
  });
  open.push(transport);
  return transport;
}

/** A mail to somebody. */
export function to(address: string, more: Partial<OutgoingMail> = {}): OutgoingMail {
  return { to: address, messageId: '<0199f0aa-1@clientele.mail>', mail, ...more };
}
