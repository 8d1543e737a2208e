import { createWriteStream, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const LARGEST = 20_000_000;

/** Where api and worker log to in standalone, so that the terminal stays readable; the one before is kept when it has grown large. */
export function openLogFile(folder: string): { path: string; write(line: string): void; stop(): Promise<void> } {
  const path = join(folder, 'clientele.log');
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LARGEST) renameSync(path, `${path}.1`);
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  // A full disk must not end a program that would otherwise go on.
  stream.on('error', () => undefined);
  return {
    path,
    write: (line) => void stream.write(line),
    stop: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
