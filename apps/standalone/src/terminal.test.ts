import { describe, expect, it } from 'vitest';
import { createTerminal } from './terminal.ts';

function recorded(options: { isTTY?: boolean; env?: Record<string, string> }) {
  let text = '';
  const terminal = createTerminal({ isTTY: options.isTTY ?? false, write: (more) => (text += more) }, options.env ?? {});
  return { terminal, text: () => text };
}

describe('the terminal', () => {
  it('has no escape sequences where there is no terminal', async () => {
    const { terminal, text } = recorded({});
    await terminal.step('Starting Postgres', async (detail) => detail('Making the database'));
    terminal.complain('No.');
    terminal.table([
      ['Portal', 'http://localhost:3000'],
      ['Set-up code', 'ABCD'],
    ]);
    expect(text().replace(/\d+\.\d s/, 'N s')).toBe(
      '… Starting Postgres\n  Making the database\n✓ Starting Postgres N s\n✗ No.\n  Portal       http://localhost:3000\n  Set-up code  ABCD\n',
    );
  });

  it('rewrites one line per step in a terminal', async () => {
    const { terminal, text } = recorded({ isTTY: true, env: { NO_COLOR: '1' } });
    await terminal.step('Building', async () => undefined);
    expect(text().replace(/\d+\.\d s/g, 'N s')).toBe('\r\x1b[2K… Building N s\r\x1b[2K✓ Building N s\n');
  });

  it('colours only a terminal that did not say NO_COLOR', () => {
    const coloured = recorded({ isTTY: true });
    coloured.terminal.complain('No.');
    expect(coloured.text()).toContain('\x1b[31m');
    const plain = recorded({ isTTY: true, env: { NO_COLOR: '1' } });
    plain.terminal.complain('No.');
    expect(plain.text()).toBe('✗ No.\n');
  });

  it('aligns names in Japanese too', () => {
    const { terminal, text } = recorded({});
    terminal.table([
      ['山本 健', 'one'],
      ['Sara Lind', 'two'],
    ]);
    expect(text()).toBe('  山本 健    one\n  Sara Lind  two\n');
  });

  it('leaves no half line behind when a step fails', async () => {
    const { terminal, text } = recorded({ isTTY: true, env: { NO_COLOR: '1' } });
    await expect(terminal.step('Building', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    terminal.complain('It failed.');
    expect(text().endsWith('\r\x1b[2K✗ It failed.\n')).toBe(true);
  });
});
