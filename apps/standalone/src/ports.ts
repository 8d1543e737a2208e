import { createServer } from 'node:net';
import { StartError } from './start-error.ts';

/** A free port of this machine. */
export async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** The error code that listening there ends with; undefined when it works. */
function refusal(port: number, host: string): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/**
 * Throws the sentence for the person at the terminal when a port cannot be had. `http://localhost` may mean ::1 first: a program that has
 * the port there would be met instead of us, so that counts as well.
 */
export async function checkPort(port: number, host: string, setting: string): Promise<void> {
  const code = await refusal(port, host);
  const isElsewhere = code === undefined && host === '127.0.0.1' && (await refusal(port, '::1')) === 'EADDRINUSE';
  const another = `${setting}=${port + 1} npm start`;
  if (code === 'EADDRINUSE' || isElsewhere)
    throw new StartError(`Port ${port} is in use by another program. Stop it, or choose another: ${another}`);
  if (code === 'EACCES')
    throw new StartError(`Port ${port} may not be used by this user. Choose one above 1023: ${setting}=3000 npm start`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    throw new StartError(`This machine has no address ${host} to listen on. Choose another: HOST=127.0.0.1 npm start`);
  if (code) throw new StartError(`Port ${port} on ${host} cannot be used (${code}). Choose another: ${another}`);
}
