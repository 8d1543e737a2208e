/** How the standalone talks to the person at the terminal: one line per thing, colours only where there is a terminal that wants them. */
export interface Terminal {
  /** Runs one step of the start; shows its title while it works and how long it took. */
  step<Result>(title: string, work: (detail: (text: string) => void) => Promise<Result>): Promise<Result>;
  /** A plain sentence. */
  say(sentence: string): void;
  /** Something that went wrong. */
  complain(sentence: string): void;
  /** Names and what belongs to them, aligned. */
  table(rows: [name: string, value: string][]): void;
}

interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** How wide a text is in a terminal: Chinese and Japanese characters take two columns. */
function columns(text: string): number {
  return [...text].reduce(
    (sum, sign) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(sign) ? 2 : 1),
    0,
  );
}

/** Makes a Terminal on a stream. */
export function createTerminal(output: Output = process.stdout, env: Record<string, string | undefined> = process.env): Terminal {
  const isTerminal = output.isTTY === true && env.TERM !== 'dumb';
  const hasColour = isTerminal && !env.NO_COLOR;
  const paint = (code: number, text: string) => (hasColour ? `\x1b[${code}m${text}\x1b[0m` : text);
  /** The step whose line stands unfinished at the bottom of the terminal. */
  let unfinished: (() => string) | undefined;

  const line = (text: string) => {
    if (unfinished) output.write('\r\x1b[2K');
    output.write(`${text}\n`);
    if (unfinished) output.write(unfinished());
  };

  return {
    async step(title, work) {
      const began = performance.now();
      const seconds = () => paint(90, `${((performance.now() - began) / 1000).toFixed(1)} s`);
      let detail = '';
      if (!isTerminal) output.write(`… ${title}\n`);
      const show = () => `\r\x1b[2K${paint(90, '…')} ${title}${detail && ` ${paint(90, detail)}`} ${seconds()}`;
      if (isTerminal) unfinished = show;
      const ticks = isTerminal ? setInterval(() => output.write(show()), 200) : undefined;
      if (isTerminal) output.write(show());
      const finish = () => {
        clearInterval(ticks);
        if (unfinished !== show) return;
        unfinished = undefined;
        output.write('\r\x1b[2K');
      };
      try {
        const result = await work((text) => {
          detail = text;
          if (!isTerminal) output.write(`  ${text}\n`);
        });
        finish();
        line(`${paint(32, '✓')} ${title} ${seconds()}`);
        return result;
      } catch (error) {
        finish();
        throw error;
      }
    },
    say: line,
    complain: (sentence) => line(`${paint(31, '✗')} ${sentence}`),
    table(rows) {
      const width = Math.max(...rows.map(([name]) => columns(name)));
      for (const [name, value] of rows) line(`  ${paint(90, name + ' '.repeat(width - columns(name)))}  ${paint(1, value)}`);
    },
  };
}
