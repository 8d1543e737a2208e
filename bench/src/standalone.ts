import { type Portal, signUp, temporaryFolder } from './installation.ts';
import { answers, freePort, type Running, startProgram } from './processes.ts';

/** `npm start` on a data folder of its own, set up and signed in. */
export async function startStandalone(env: Record<string, string>): Promise<{ program: Running; portal: Portal; stop(): Promise<void> }> {
  const folder = temporaryFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram(
    'npm',
    ['start'],
    { DATA_DIR: folder.path, PORT: String(port), INBOX_PORT: String(await freePort()), NO_COLOR: '1', ...env },
    async (output) => /Set-up code/.test(output) && /Ctrl-C/.test(output) && (await answers(`${url}/readyz`)()),
    180_000,
  );
  const code = program.output().match(/Set-up code\s+(\S+)/)?.[1] ?? '';
  return {
    program,
    portal: await signUp(url, code),
    async stop() {
      await program.stop();
      folder.remove();
    },
  };
}
