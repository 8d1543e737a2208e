import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeDataFolder } from './data-folder.ts';
import { processIdentity } from './processes.ts';

describe('a data folder', () => {
  let top: string;
  let folder: string;

  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'clientele-folder-'));
    folder = join(top, 'deep', 'data');
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  it('is made when missing, so that other users may pass through but not look around', () => {
    const taken = takeDataFolder(folder);
    expect(statSync(taken.path).mode & 0o777).toBe(0o711);
    taken.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused to a second Clientele in a sentence that names the process', () => {
    const taken = takeDataFolder(folder);
    expect(() => takeDataFolder(folder)).toThrow(`already running on ${taken.path} (process ${process.pid})`);
    taken.release();
    takeDataFolder(folder).release();
  });

  it('is free again when the process that held it has been killed', async () => {
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    takeDataFolder(folder).release();
    const lock = JSON.stringify({ pid: other.pid, identity: processIdentity(other.pid ?? 0) });
    writeFileSync(join(folder, 'lock'), lock);
    expect(() => takeDataFolder(folder)).toThrow(`process ${other.pid}`);
    await new Promise((resolve) => {
      other.once('exit', resolve);
      other.kill('SIGKILL');
    });
    takeDataFolder(folder).release();
  });

  it('is free when the number in the lock belongs to a process that began later', () => {
    takeDataFolder(folder).release();
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.ppid, identity: 'another time' }));
    takeDataFolder(folder).release();
  });

  it('is free when its lock file was only half written', () => {
    takeDataFolder(folder).release();
    writeFileSync(join(folder, 'lock'), '{"pid": 12');
    takeDataFolder(folder).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('stays with its new owner when an earlier one releases it late', () => {
    const taken = takeDataFolder(folder);
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.ppid, identity: processIdentity(process.ppid) }));
    taken.release();
    expect(existsSync(join(folder, 'lock'))).toBe(true);
  });

  it('that is a file is refused in a sentence with folder, user and rule', () => {
    const file = join(top, 'file');
    writeFileSync(file, '');
    expect(() => takeDataFolder(file)).toThrow(
      `The data folder ${file} must be a folder that the user ${execFileSync('id', ['-un'], { encoding: 'utf8' }).trim()} may write`,
    );
  });

  it.skipIf(process.platform !== 'linux')('where no folder can be made is refused the same way', () => {
    expect(() => takeDataFolder('/proc/data')).toThrow(
      /The data folder \/proc\/data must be a folder that the user .+ may write \(ENOENT\)/,
    );
  });

  it('below a file is refused the same way', () => {
    const file = join(top, 'file');
    writeFileSync(file, '');
    expect(() => takeDataFolder(join(file, 'data'))).toThrow(/must be a folder that the user .+ may write \(ENOTDIR\)/);
  });
});
