/** The pages' style sheet: light and dark by what the system wants, one column below 760 px. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #101215);
  --surface: light-dark(#ffffff, #17191d);
  --raised: light-dark(#ffffff, #1e2126);
  --line: light-dark(#e3e6ea, #2a2e35);
  --text: light-dark(#191c21, #e7e9ec);
  --quiet: light-dark(#5b6370, #9aa2ae);
  --accent: light-dark(#2a5bd7, #8db0ff);
  --chosen: light-dark(#eaf0fd, #202a40);
  --hover: light-dark(#f3f5f8, #1d2025);
  --warning: light-dark(#7a4a00, #f2c46d);
  --warning-ground: light-dark(#fff5e0, #2b2415);
  --warning-line: light-dark(#f1d9a8, #4a3c1c);
  --danger: light-dark(#b42318, #ff9a8f);
}
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body {
  display: grid; grid-template-rows: auto auto 1fr; height: 100dvh;
  background: var(--ground); color: var(--text);
  font: 14px/20px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Hiragino Sans", "Yu Gothic UI", "Noto Sans JP", sans-serif;
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
}
:lang(ja) { line-break: strict; word-break: auto-phrase; }
a { color: inherit; text-decoration: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
h1, h2, p, dl, dd, ul, pre { margin: 0; padding: 0; }
button, input, select { font: inherit; color: inherit; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

header { display: flex; align-items: center; gap: 12px; min-height: 52px; padding: 8px 16px; background: var(--surface); border-bottom: 1px solid var(--line); }
.brand { display: flex; align-items: center; gap: 8px; font-weight: 600; font-size: 15px; white-space: nowrap; }
.brand svg { color: var(--accent); flex: none; }
.count { color: var(--quiet); white-space: nowrap; }
.filter { flex: 0 1 260px; margin-left: 8px; min-width: 0; position: relative; }
.filter input { width: 100%; padding-right: 28px; }
.filter a { position: absolute; right: 1px; top: 1px; width: 28px; height: 30px; display: grid; place-items: center; color: var(--quiet); font-size: 16px; }
.spacer { flex: 1; }
input, select, .button {
  height: 32px; padding: 0 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); min-width: 0;
}
input::placeholder { color: var(--quiet); opacity: 1; }
.button { display: inline-flex; align-items: center; gap: 6px; cursor: pointer; white-space: nowrap; }
.button:hover { background: var(--hover); }
.button.primary { background: var(--accent); border-color: var(--accent); color: light-dark(#fff, #0d1220); font-weight: 500; }
.button.plain { border-color: transparent; background: none; color: var(--quiet); }
.button.plain:hover { color: var(--danger); background: var(--hover); }
.button b { font-weight: 500; color: var(--quiet); }
.button.warned b { color: var(--warning); }

details { position: relative; }
summary { list-style: none; }
summary::-webkit-details-marker { display: none; }
.panel {
  position: absolute; right: 0; top: 38px; z-index: 2; width: min(340px, calc(100vw - 24px)); padding: 16px; display: grid; gap: 12px;
  background: var(--raised); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 8px 28px rgb(0 0 0 / .16);
}
.panel p { color: var(--quiet); }
.panel label { display: grid; gap: 4px; font-size: 13px; color: var(--quiet); }
.panel input, .panel select { color: var(--text); width: 100%; }
.panel .button { justify-content: center; }

.rules { background: var(--warning-ground); color: var(--warning); border-bottom: 1px solid var(--warning-line); }
.rules:empty { display: none; }
.rules li { display: flex; align-items: center; gap: 8px; padding: 6px 16px; list-style: none; }
.rules li + li { padding-top: 0; }
.rules button { border: 0; background: none; padding: 0 4px; cursor: pointer; text-decoration: underline; text-underline-offset: 2px; white-space: nowrap; }

main { display: grid; grid-template-columns: minmax(300px, 380px) 1fr; min-height: 0; grid-row: 3; }
.list { overflow-y: auto; background: var(--surface); border-right: 1px solid var(--line); scrollbar-width: thin; }
.list ul { list-style: none; }
.list li a { display: grid; grid-template-columns: 1fr auto; gap: 0 12px; padding: 8px 16px; border-bottom: 1px solid var(--line); }
.list li a:hover { background: var(--hover); }
.list li a[aria-current] { background: var(--chosen); box-shadow: inset 3px 0 var(--accent); }
.list li a:focus-visible { outline-offset: -2px; }
.list .whom { font-weight: 500; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.list time { color: var(--quiet); font-size: 13px; }
.list .subject { grid-column: 1 / -1; color: var(--quiet); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.list .more { display: flex; justify-content: space-between; padding: 12px 16px; color: var(--accent); }
.list .more a:hover { text-decoration: underline; }
.list .note { padding: 16px; color: var(--quiet); }

article { display: grid; grid-template-rows: auto auto 1fr; min-width: 0; min-height: 0; background: var(--surface); }
article > .empty { grid-row: 1 / -1; }
.browsing article { background: none; }
.mail { padding: 16px 20px 12px; display: grid; gap: 8px; }
.mail h1 { font-size: 18px; line-height: 24px; font-weight: 600; overflow-wrap: anywhere; text-wrap: balance; }
.mail dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; }
.mail dt { color: var(--quiet); }
.mail dd { overflow-wrap: anywhere; }
.mail dd a { color: var(--accent); }
.mail dd a:hover { text-decoration: underline; }
.back { display: none; color: var(--accent); }
nav { display: flex; align-items: center; gap: 4px; padding: 0 20px 0 10px; border-bottom: 1px solid var(--line); overflow-x: auto; scrollbar-width: none; }
nav a { padding: 8px 10px; color: var(--quiet); border-bottom: 2px solid transparent; margin-bottom: -1px; white-space: nowrap; }
nav a:hover { color: var(--text); }
nav a[aria-current] { color: var(--text); border-color: var(--accent); font-weight: 500; }
nav .phone { margin-left: auto; display: flex; align-items: center; gap: 6px; color: var(--quiet); cursor: pointer; white-space: nowrap; }
nav .phone input { width: 16px; height: 16px; accent-color: var(--accent); margin: 0; }
.body { min-height: 0; overflow: auto; background: var(--surface); display: flex; }
iframe { border: 0; width: 100%; height: 100%; display: block; color-scheme: light dark; background: Canvas; }
article:has(.phone input:checked) .body { background: var(--ground); padding: 16px; }
article:has(.phone input:checked) iframe { max-width: 375px; margin: 0 auto; border: 1px solid var(--line); border-radius: 12px; }
pre { padding: 16px 20px; width: 100%; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/20px ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", "Noto Sans Mono CJK JP", monospace; }
pre.text { font: inherit; max-width: 76ch; }
pre a { color: var(--accent); text-decoration: underline; text-underline-offset: 2px; }
.empty { align-self: center; justify-self: center; margin: auto; max-width: 46ch; padding: 32px 24px; text-align: center; display: grid; gap: 10px; justify-items: center; }
.empty svg { color: var(--quiet); opacity: .7; }
.empty h2 { font-size: 16px; font-weight: 600; }
.empty p { color: var(--quiet); text-wrap: pretty; }
code { font: 13px/20px ui-monospace, "SF Mono", Menlo, Consolas, monospace; background: var(--hover); border: 1px solid var(--line); border-radius: 4px; padding: 1px 6px; }
.nothing main { grid-template-columns: 1fr; }
.nothing .list { display: none; }
.nothing .filter, .nothing .delete { display: none; }
.offline { position: fixed; left: 16px; bottom: 16px; z-index: 3; padding: 8px 12px; border-radius: 6px; background: var(--warning-ground); color: var(--warning); border: 1px solid var(--warning-line); }
[hidden] { display: none !important; }

@media (max-width: 759px) {
  header { flex-wrap: wrap; padding: 8px 12px; gap: 8px; }
  .filter { order: 5; flex: 1 0 100%; margin: 0; }
  .behaviour summary .label { display: none; }
  .panel { position: fixed; left: 12px; right: 12px; top: 52px; width: auto; }
  main { grid-template-columns: 1fr; }
  .list { border-right: 0; }
  .list li a { padding: 10px 12px; }
  .reading .list, .browsing article { display: none; }
  .reading .filter, .reading .behaviour, .reading .delete { display: none; }
  .mail { padding: 12px 12px 8px; }
  .back { display: block; }
  nav { padding: 0 2px; }
  nav .phone { display: none; }
  pre { padding: 12px; }
}
`;

/** What the pages do in the browser: follow new mail, set the mail server's rules, move through the list by keys. Everything else works without. */
export const script = `
const page = document.body;
const parts = ['#list', '#count', '#rules', '#server-state'];

async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (fresh.body.classList.contains('nothing') !== page.classList.contains('nothing')) return location.reload();
  document.title = fresh.title;
  const focused = document.activeElement?.closest('#list a')?.getAttribute('href');
  for (const part of parts) {
    const now = document.querySelector(part);
    const then = fresh.querySelector(part);
    if (now && then && now.outerHTML !== then.outerHTML) now.replaceChildren(...then.childNodes), now.className = then.className;
  }
  if (focused) [...document.querySelectorAll('#list a')].find((link) => link.getAttribute('href') === focused)?.focus();
}

const events = new EventSource('/api/events');
let known = false;
events.onopen = () => {
  document.getElementById('offline').hidden = true;
  if (known) refresh();
  known = true;
};
events.onmessage = refresh;
events.onerror = () => { document.getElementById('offline').hidden = false; };

async function setRule(rule) {
  await fetch('/api/behaviour', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rule) });
}

addEventListener('submit', async (event) => {
  if (event.target.id !== 'behaviour') return;
  event.preventDefault();
  const form = new FormData(event.target);
  await setRule({ mode: form.get('mode'), match: form.get('match') });
  event.target.closest('details').open = false;
});
addEventListener('click', async (event) => {
  const ends = event.target.closest('[data-end-rule]');
  if (ends) await setRule({ mode: 'accept', match: ends.dataset.endRule });
  const deletes = event.target.closest('[data-delete]');
  if (deletes && confirm(deletes.dataset.delete)) {
    await fetch('/api/mails', { method: 'DELETE' });
    location.href = '/';
  }
  const panel = document.querySelector('details[open]');
  if (panel && !panel.contains(event.target)) panel.open = false;
});
addEventListener('keydown', (event) => {
  const panel = document.querySelector('details[open]');
  if (event.key === 'Escape' && panel) {
    panel.open = false;
    panel.querySelector('summary').focus();
  }
  if (!['ArrowDown', 'ArrowUp'].includes(event.key) || event.target.closest('input, select, details, article')) return;
  const links = [...document.querySelectorAll('#list li a')];
  const here = links.findIndex((link) => link === document.activeElement || (!links.includes(document.activeElement) && link.ariaCurrent));
  const next = links[here + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
document.querySelector('#list [aria-current]')?.scrollIntoView({ block: 'nearest' });
`;
