import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';

const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

/** Runs a script in a process of its own that has `supervisor`, `part(name)` and `sleep`. */
function run(script: string) {
  const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const source = `
    const { superviseProcess } = await import(${module('supervise.ts')});
    const { createTerminal } = await import(${module('terminal.ts')});
    const { StartError } = await import(${module('start-error.ts')});
    const supervisor = superviseProcess(createTerminal());
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const part = (name, stopping = async () => {}) => () => ({ stop: async () => { await stopping(); console.log('stopped ' + name); } });
    setInterval(() => {}, 1000);
    ${script}`;
  const args = ['--import', import.meta.resolve('tsx'), '--conditions=development', '--input-type=module', '-e', source];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH },
  }) as unknown as ChildProcessByStdio<null, Readable, Readable>;
  children.add(child);
  let text = '';
  let wake = () => {};
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      wake();
    });
  return {
    child,
    text: () => text,
    async says(what: string) {
      while (!text.includes(what)) await new Promise<void>((resolve) => (wake = resolve));
    },
    // Not `close`: that one does not come after disconnect().
    ended: Promise.all([once(child, 'exit'), once(child.stdout, 'end'), once(child.stderr, 'end')]).then(
      ([[code]]) => code as number | null,
    ),
  };
}

describe('the supervisor', () => {
  it('stops the parts in the reverse order of their start, once, and exits with 0', async () => {
    const program = run(`
      await supervisor.start('Postgres', part('postgres'));
      await supervisor.start('The API', part('api'));
      console.log('ready');`);
    await program.says('ready');
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(program.text()).toBe('ready\nStopping. Ctrl-C again stops at once.\nstopped api\nstopped postgres\n');
  });

  it('tells one sentence when a part fails to start, stops the others and exits with 1', async () => {
    const program = run(`
      await supervisor.start('Postgres', part('postgres'));
      await supervisor.start('The API', () => { throw new StartError('Port 3000 is in use by another program.'); });
      console.log('never');`);
    expect(await program.ended).toBe(1);
    expect(program.text()).toBe('✗ Port 3000 is in use by another program.\nstopped postgres\n');
  });

  it('names the part when its error is not written for people', async () => {
    const program = run(`await supervisor.start('The worker', async () => { throw new Error('boom'); });`);
    expect(await program.ended).toBe(1);
    expect(program.text()).toBe('✗ The worker could not be started: boom\n');
  });

  it('waits for a part that is just starting, and stops it', async () => {
    const program = run(`
      console.log('ready');
      await supervisor.start('Postgres', async () => { await sleep(300); return part('postgres')(); });
      console.log('never');`);
    await program.says('ready');
    program.child.kill('SIGINT');
    expect(await program.ended).toBe(0);
    expect(program.text()).toContain('stopped postgres\n');
    expect(program.text()).not.toContain('never');
  });

  it('takes the same Ctrl-C twice for one, and a second one for an order to stop at once', async () => {
    const hanging = `
      await supervisor.start('Postgres', part('postgres', () => sleep(1_500)));
      console.log('ready');`;
    const patient = run(hanging);
    await patient.says('ready');
    patient.child.kill('SIGINT');
    await patient.says('Stopping');
    patient.child.kill('SIGINT');
    expect(await patient.ended).toBe(0);

    const impatient = run(hanging);
    await impatient.says('ready');
    impatient.child.kill('SIGINT');
    await impatient.says('Stopping');
    await new Promise((resolve) => setTimeout(resolve, 900));
    impatient.child.kill('SIGINT');
    expect(await impatient.ended).toBe(130);
    expect(impatient.text()).not.toContain('stopped');
  });

  it('stops when the process that started it is gone', async () => {
    const program = run(`
      await supervisor.start('Postgres', part('postgres'));
      console.log('ready');`);
    await program.says('ready');
    program.child.disconnect();
    expect(await program.ended).toBe(0);
    expect(program.text()).toContain('stopped postgres\n');
  });

  it('stops everything when something unforeseen is thrown', async () => {
    const program = run(`
      await supervisor.start('Postgres', part('postgres'));
      setTimeout(() => { throw new Error('unforeseen'); }, 10);`);
    expect(await program.ended).toBe(1);
    expect(program.text()).toBe('✗ unforeseen\nstopped postgres\n');
  });
});
