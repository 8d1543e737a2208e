/** One line of the table. */
export interface Figure {
  bench: string;
  what: string;
  /** What the floor reached, with its unit; empty where the target is an amount and not a ratio. */
  floor: string;
  ours: string;
  /** Ours to the floor, as a share of its speed. */
  ratio: string;
  wanted: string;
  /** Undefined: only for information. */
  isMet: boolean | undefined;
}

export function median(values: number[]): number {
  return percentile(values, 50);
}

/** The value below which `share` percent of the values lie (nearest rank). */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((share / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export const perSecond = (value: number) => `${Math.round(value).toLocaleString('en')}/s`;
export const share = (value: number) => `${(value * 100).toFixed(0)} %`;
export const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
export const milliseconds = (value: number) => `${value.toFixed(1)} ms`;
export const seconds = (value: number) => `${(value / 1000).toFixed(2)} s`;
/** Sizes on the wire are told in thousands of bytes. */
export const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

const heads = ['bench', 'what', 'floor', 'ours', 'ratio', 'wanted', 'met?'];

function cells(figures: Figure[]): string[][] {
  return figures.map(({ bench, what, floor, ours, ratio, wanted, isMet }) => [
    bench,
    what,
    floor || '–',
    ours,
    ratio || '–',
    wanted || '–',
    isMet === undefined ? '–' : isMet ? 'yes' : 'NO',
  ]);
}

/** The figures as a Markdown table whose columns also line up on a screen. */
export function tableOf(figures: Figure[]): string {
  const rows = [heads, ...cells(figures)];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(heads), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.slice(1).map(line)].join('\n');
}
