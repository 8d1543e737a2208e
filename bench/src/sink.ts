import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

// A mail server that takes everything; a process of its own of `invite.ts`, which it tells how much it has taken.
let mails = 0;
let bytes = 0;
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  logger: false,
  onData(stream, _session, callback) {
    stream.on('data', (piece: Buffer) => {
      bytes += piece.length;
    });
    stream.once('end', () => {
      mails += 1;
      callback();
    });
  },
});
smtp.listen(0, '127.0.0.1', () => process.send?.({ port: (smtp.server.address() as AddressInfo).port }));
process.on('message', () => process.send?.({ mails, bytes }));
