import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const { refresh } = vi.hoisted(() => ({ refresh: vi.fn() }));
vi.mock('./reading.ts', () => ({ refresh }));
vi.mock('./session.ts', () => ({ reviewSession: vi.fn() }));

const { followChanges } = await import('./changes.ts');

/** A stream that does what the test says. */
class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static made: Stream[] = [];
  static get open(): Stream[] {
    return Stream.made.filter(({ readyState }) => readyState !== Stream.CLOSED);
  }
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor() {
    super();
    Stream.made.push(this);
  }
  stands() {
    this.readyState = 1;
    this.onopen?.();
  }
  close() {
    this.readyState = Stream.CLOSED;
  }
}

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
const frame = new EventTarget();
function show(visibilityState: 'visible' | 'hidden'): void {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
}

let stop: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Stream);
  vi.stubGlobal('document', page);
  vi.stubGlobal('window', frame);
  Stream.made = [];
  refresh.mockClear();
  page.visibilityState = 'visible';
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the stream of live changes', () => {
  it('is held by a page that is looked at', () => {
    stop = followChanges();
    Stream.open[0]?.stands();
    expect(Stream.open).toHaveLength(1);
    expect(refresh).not.toHaveBeenCalled();
  });

  it('is let go by a tab in the background, so that the tabs of one browser do not use up its connections', () => {
    stop = followChanges();
    show('hidden');
    expect(Stream.open).toHaveLength(0);
  });

  it('is not opened by a tab that is made in the background', () => {
    page.visibilityState = 'hidden';
    stop = followChanges();
    expect(Stream.made).toHaveLength(0);
    show('visible');
    expect(Stream.open).toHaveLength(1);
  });

  it('is let go by a page that the browser keeps for its Back button, and taken up when it comes back', () => {
    stop = followChanges();
    frame.dispatchEvent(new Event('pagehide'));
    expect(Stream.open).toHaveLength(0);
    frame.dispatchEvent(new Event('pageshow'));
    expect(Stream.open).toHaveLength(1);
  });

  it('reads again what was missed meanwhile, once', () => {
    stop = followChanges();
    Stream.open[0]?.stands();
    show('hidden');
    show('visible');
    Stream.open[0]?.stands();
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('is one stream, however often the page says that it is shown', () => {
    stop = followChanges();
    frame.dispatchEvent(new Event('pageshow'));
    show('visible');
    expect(Stream.open).toHaveLength(1);
  });

  it('asks again and again while there is none, but not in the background', () => {
    stop = followChanges();
    Stream.open[0]?.onerror?.();
    vi.advanceTimersByTime(10_000);
    expect(refresh).toHaveBeenCalledTimes(2);
    show('hidden');
    vi.advanceTimersByTime(60_000);
    expect(refresh).toHaveBeenCalledTimes(2);
  });

  it('is over for good when nobody follows any more', () => {
    stop = followChanges();
    stop();
    show('visible');
    expect(Stream.open).toHaveLength(0);
  });
});
