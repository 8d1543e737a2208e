import { createHash } from 'node:crypto';

/**
 * Tells that a person is in front of the page, once: after a trusted movement, touch or key while the page has been seen for a moment. Scrolling is
 * no sign: a page scrolls when a script asks it to. It changes nothing on the page, and without it everything works as well.
 */
export const visitScript = `
(() => {
  const seen = document.currentScript?.dataset.seen;
  if (!seen || !navigator.sendBeacon) return;
  const signs = ['pointermove', 'pointerdown', 'touchstart', 'keydown', 'wheel'];
  let timer;
  const tell = () => {
    timer = undefined;
    if (document.visibilityState !== 'visible') return;
    for (const sign of signs) removeEventListener(sign, notice, true);
    navigator.sendBeacon(seen);
  };
  const notice = (event) => {
    if (event.isTrusted && document.visibilityState === 'visible') timer ??= setTimeout(tell, 700);
  };
  for (const sign of signs) addEventListener(sign, notice, { capture: true, passive: true });
})();
`.trimStart();

/** Where the script is served from. The name carries its content, so it may be cached for ever. */
export const visitScriptPath = `/pages/visit-${createHash('sha256').update(visitScript).digest('hex').slice(0, 12)}.js`;
