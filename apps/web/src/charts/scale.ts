/** The ticks of an axis that shows `least` to `most`, round numbers, both ends included. A line may begin above nothing, a bar never does. */
export function ticksOf(least: number, most: number, { fromZero = true, isWhole = true } = {}): number[] {
  const begin = fromZero || least < most / 2 ? 0 : least;
  const range = most - begin || Math.max(1, Math.abs(most));
  const rough = range / 3;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const nice = [1, 2, 5, 10].map((step) => step * magnitude).find((step) => step >= rough) ?? rough;
  const step = isWhole ? Math.max(1, nice) : nice;
  const first = Math.floor(begin / step);
  const last = Math.max(first + 1, Math.ceil(most / step));
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Which of `count` points lie under labels, so that no two labels touch: about one for each `room` of them, the last one always. */
export function labelled(count: number, room: number): number[] {
  const labels = Math.max(1, Math.min(count, room));
  if (labels === 1) return [count - 1];
  const step = Math.max(1, Math.ceil((count - 1) / (labels - 1)));
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => count - 1 - index * step)
    .filter((index) => index >= 0)
    .reverse();
}
