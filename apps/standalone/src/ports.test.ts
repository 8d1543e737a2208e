import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { checkPort, freePort } from './ports.ts';

let server: Server | undefined;
afterEach(() => server?.close());

const occupy = (port: number, host: string) =>
  new Promise<boolean>((resolve) => {
    server = createServer();
    server.once('error', () => resolve(false)).listen(port, host, () => resolve(true));
  });

describe('a port', () => {
  it('that is free passes', async () => {
    await checkPort(await freePort(), '127.0.0.1', 'PORT');
  });

  it('that another program has is named, with what to do', async () => {
    const port = await freePort();
    await occupy(port, '127.0.0.1');
    await expect(checkPort(port, '127.0.0.1', 'PORT')).rejects.toThrow(
      `Port ${port} is in use by another program. Stop it, or choose another: PORT=${port + 1} npm start`,
    );
  });

  it('that another program has under the other localhost, ::1, counts as taken', async (test) => {
    const port = await freePort();
    if (!(await occupy(port, '::1'))) test.skip('no IPv6 on this machine');
    await expect(checkPort(port, '127.0.0.1', 'PORT')).rejects.toThrow('is in use by another program');
  });

  it('on an address that this machine does not have is refused in a sentence', async () => {
    await expect(checkPort(await freePort(), '203.0.113.7', 'PORT')).rejects.toThrow('This machine has no address 203.0.113.7');
  });
});
