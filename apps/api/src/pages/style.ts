import { createHash } from 'node:crypto';
import { findStyle } from './find-a-partner-style.ts';

/** The style of the customer's pages, in one file: their content security policy allows nothing inline. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f8fafc;
  --card: #ffffff;
  --sunken: #f1f5f9;
  --text: #0f172a;
  --quiet: #475569;
  --line: #e2e8f0;
  --border: #64748b;
  --accent: #4f46e5;
  --accent-text: #4338ca;
  --accent-hover: #4338ca;
  --accent-tint: #eef2ff;
  --yes: #047857;
  --yes-tint: #ecfdf5;
  --no: #64748b;
  --error: #be123c;
  --error-tint: #fff1f2;
  --warn: #92400e;
  --warn-tint: #fffbeb;
  --shadow: 0 1px 2px rgb(15 23 42 / 0.05), 0 12px 32px -12px rgb(15 23 42 / 0.14);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0b1120;
    --card: #131c2e;
    --sunken: #0f172a;
    --text: #f1f5f9;
    --quiet: #b6c2d2;
    --line: #2b384e;
    --border: #8292a8;
    --accent: #4f46e5;
    --accent-text: #a5b4fc;
    --accent-hover: #6058ee;
    --accent-tint: #1e2547;
    --yes: #6ee7b7;
    --yes-tint: #0d2b27;
    --no: #94a3b8;
    --error: #fda4af;
    --error-tint: #35141f;
    --warn: #fcd34d;
    --warn-tint: #2e2410;
    --shadow: 0 0 0 1px #1f2a3d;
  }
}

*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scrollbar-gutter: stable; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  display: flex;
  flex-direction: column;
  background: var(--ground);
  color: var(--text);
  font: 400 16px/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Hiragino Kaku Gothic ProN", "Hiragino Sans",
    "Yu Gothic UI", Meiryo, "Noto Sans CJK JP", "Noto Sans JP", sans-serif;
  overflow-wrap: anywhere;
}
:lang(ja) { line-break: strict; word-break: auto-phrase; }
:lang(ja) body { line-height: 1.7; }
h1, h2, h3, p, ul, ol, dl, dd, fieldset { margin: 0; padding: 0; }
h1 { font-size: clamp(1.5rem, 1.15rem + 1.6vw, 2.125rem); line-height: 1.22; letter-spacing: -0.02em; font-weight: 650; text-wrap: balance; }
h1.long { font-size: 1.3rem; letter-spacing: 0; }
h1:lang(ja) { font-size: clamp(1.375rem, 1.1rem + 1.2vw, 1.875rem); line-height: 1.45; letter-spacing: 0; }
h2 { font-size: 1.0625rem; line-height: 1.35; font-weight: 650; }
h3 { font-size: 0.9375rem; font-weight: 650; }
bdi { unicode-bidi: isolate; }
a { color: var(--accent-text); text-underline-offset: 0.18em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent-text); outline-offset: 2px; border-radius: 4px; }
[tabindex="-1"]:focus-visible { outline-offset: 0; }

.visually-hidden {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.skip { position: absolute; left: 1rem; top: -4rem; padding: 0.5rem 0.75rem; background: var(--card); border-radius: 6px; z-index: 1; }
.skip:focus { top: 0.75rem; }

.top, .foot, main { width: 100%; max-width: 70rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 2.5rem); }
.top { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding-block: 1rem; }
.brand { flex: none; display: flex; align-items: center; gap: 0.6rem; font-weight: 650; letter-spacing: -0.01em; }
.brand, .languages { overflow-wrap: normal; word-break: normal; }
.brand svg { width: 1.75rem; height: 1.75rem; flex: none; }
.languages { flex: none; white-space: nowrap; display: flex; gap: 0.25rem; font-size: 0.875rem; list-style: none; }
.languages a, .languages span { display: block; padding: 0.5rem 0.6rem; border-radius: 6px; }
.languages a { color: var(--quiet); text-decoration: none; }
.languages a:hover { color: var(--text); text-decoration: underline; }
.languages span { font-weight: 600; }
main { flex: 1; padding-block: clamp(0.75rem, 3vw, 2.5rem) 3rem; }
.foot { padding-block: 1.25rem 1.75rem; color: var(--quiet); font-size: 0.8125rem; }

.two { display: grid; gap: 1.75rem; grid-template-columns: minmax(0, 1fr); }
.two > * { min-width: 0; }
@media (min-width: 60rem) {
  .two { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 3.5rem; align-items: start; }
}
@media (min-width: 60rem) and (min-height: 62rem) { .intro { position: sticky; top: 2rem; } }
.one { max-width: 40rem; margin-inline: auto; display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 1fr); }

.intro { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
.eyebrow { color: var(--quiet); font-size: 0.875rem; font-weight: 600; margin-bottom: 0.5rem; }
.lead { color: var(--quiet); }
.lead p + p { margin-top: 0.35rem; }
.stack { display: grid; gap: 0.5rem; grid-template-columns: minmax(0, 1fr); }
.quiet { color: var(--quiet); font-size: 0.9375rem; }
.small { font-size: 0.875rem; }

.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); }
.card > section, .card > form, .card > details, .card > div { padding: clamp(1.1rem, 3.5vw, 1.75rem); }
.card > * + * { border-top: 1px solid var(--line); }

.who { display: flex; gap: 0.9rem; align-items: center; }
.who > div { min-width: 0; }
.sign {
  flex: none; display: grid; place-items: center; width: 3rem; height: 3rem; border-radius: 12px; overflow: hidden;
  background: var(--accent-tint); color: var(--accent-text); font-size: 1.35rem; font-weight: 700; line-height: 1;
}
.who .name { font-weight: 650; font-size: 1.0625rem; line-height: 1.35; }
.who + p { margin-block: 0.85rem 0.9rem; }
.facts { display: grid; grid-template-columns: minmax(0, 1fr); font-size: 0.9375rem; }
.facts > div { display: grid; grid-template-columns: minmax(6.5rem, 9rem) minmax(0, 1fr); gap: 0 1rem; padding-block: 0.55rem; border-top: 1px solid var(--line); }
.facts dt { color: var(--quiet); }
.facts dd.sub { grid-column: 2; color: var(--quiet); font-size: 0.875rem; }
@media (max-width: 30rem) {
  .facts > div { grid-template-columns: minmax(0, 1fr); }
  .facts dd.sub { grid-column: 1; }
}
.facts > div:last-child { padding-bottom: 0; }
.plain-facts > div:first-child { border-top: 0; padding-top: 0; }

.match { background: var(--sunken); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.1rem; display: grid; gap: 0.5rem; }
.code {
  font: 600 1.5rem/1.3 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono", monospace;
  letter-spacing: 0.14em; user-select: all; overflow-wrap: anywhere;
}

.points { list-style: none; display: grid; gap: 0.6rem; grid-template-columns: minmax(0, 1fr); margin-top: 0.75rem; }
.points li { position: relative; padding-left: 1.9rem; }
.points svg { position: absolute; left: 0; top: 0.2em; width: 1.2rem; height: 1.2rem; }
.points.yes svg { color: var(--yes); }
.points.no svg { color: var(--no); }
.steps { padding-left: 1.3rem; display: grid; gap: 0.5rem; margin-top: 0.75rem; }

details > summary {
  display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.7rem; align-items: center; padding-block: 0.5rem; cursor: pointer; font-weight: 600;
  color: var(--accent-text); list-style: none;
}
details > summary::-webkit-details-marker { display: none; }
details > summary::before {
  content: ""; width: 0.5rem; height: 0.5rem; margin-inline: 0.1rem 0.15rem; border: solid currentColor; border-width: 0 2px 2px 0; transform: rotate(-45deg);
}
details[open] > summary::before { transform: rotate(45deg) translate(-1px, -1px); }
details > summary:hover { text-decoration: underline; text-underline-offset: 0.18em; }
details[open] > summary { margin-bottom: 0.5rem; }
.card > details { padding-block: 0.6rem; }
.card > details[open] { padding-bottom: 1.25rem; }
section > h2 + p, section > p + p { margin-top: 0.4rem; }
section > p + form { margin-top: 1.1rem; }
section > p + details { margin: 0.5rem 0 -0.35rem; }
section > h2 + form { margin-top: 0.4rem; }
.agreement {
  max-height: min(24rem, 60vh); overflow-y: auto; margin-top: 0.25rem; padding: 1rem; background: var(--sunken); border: 1px solid var(--line);
  border-radius: 10px; font-size: 0.9375rem;
}
.agreement h3 { margin-top: 1rem; }
.agreement > p:first-child { color: var(--quiet); font-size: 0.875rem; }

form { display: grid; gap: 1.1rem; grid-template-columns: minmax(0, 1fr); }
fieldset { border: 0; padding-top: 0.35rem; min-width: 0; display: grid; gap: 1.1rem; grid-template-columns: minmax(0, 1fr); }
legend { padding: 0; font-weight: 650; font-size: 0.9375rem; margin-bottom: 0.75rem; }
.pair { display: grid; gap: 1.1rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 30rem) { .pair { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1rem; } }
.field { display: grid; gap: 0.3rem; grid-template-columns: minmax(0, 1fr); align-content: start; }
.field label { font-weight: 600; font-size: 0.9375rem; }
.hint { color: var(--quiet); font-size: 0.875rem; }
.error { color: var(--error); font-size: 0.875rem; font-weight: 600; display: flex; gap: 0.4rem; }
.error svg { flex: none; width: 1.05rem; height: 1.05rem; margin-top: 0.2em; }
input:not([type="checkbox"]), select, textarea {
  width: 100%; min-height: 2.875rem; padding: 0.55rem 0.75rem; font: inherit; line-height: 1.4; color: var(--text); background: var(--card);
  border: 1px solid var(--border); border-radius: 8px;
}
textarea { min-height: 6rem; resize: vertical; }
input[readonly] { background: var(--sunken); color: var(--quiet); border-color: var(--line); }
input:focus-visible, select:focus-visible, textarea:focus-visible { outline: 3px solid var(--accent-text); outline-offset: 1px; border-radius: 8px; }
[aria-invalid="true"]:not([type="checkbox"]) { border-color: var(--error); box-shadow: 0 0 0 1px var(--error); }
.check { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.75rem; align-items: start; padding: 0.85rem 0.9rem; background: var(--sunken); border: 1px solid var(--line); border-radius: 10px; }
.check.bad { border-color: var(--error); }
.check input { width: 1.3rem; height: 1.3rem; margin: 0.1rem 0 0; accent-color: var(--accent); }
.check label { font-weight: 500; cursor: pointer; }

.button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 3rem; padding: 0.6rem 1.25rem; font: inherit; font-weight: 650; line-height: 1.3;
  border-radius: 10px; border: 1px solid transparent; cursor: pointer; width: 100%;
}
.button.first { background: var(--accent); color: #ffffff; }
.button.first:hover { background: var(--accent-hover); }
.button.second { background: transparent; color: var(--text); border-color: var(--border); }
.button.second:hover { background: var(--sunken); }
.button:active { transform: translateY(1px); }
@media (min-width: 30rem) { .button.second { width: auto; justify-self: start; } }

.ticks { display: grid; gap: 0.25rem 1rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 30rem) { .ticks { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
.tick { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.65rem; align-items: center; min-height: 2.5rem; cursor: pointer; }
.tick input { width: 1.2rem; height: 1.2rem; margin: 0; accent-color: var(--accent); }
form > fieldset + fieldset { border-top: 1px solid var(--line); padding-top: 1.25rem; }
form > fieldset > legend { font-size: 1.0625rem; float: left; width: 100%; }
form > fieldset > legend + * { clear: both; }
.check .hint { margin-top: 0.15rem; }
.trap { position: absolute; left: -200vw; width: 1px; height: 1px; overflow: hidden; }
.written { white-space: pre-line; margin-top: 0.9rem; padding-left: 0.9rem; border-left: 3px solid var(--line); }

.note { border: 1px solid var(--line); border-left: 4px solid var(--accent); background: var(--card); border-radius: 10px; padding: 0.9rem 1.1rem; margin-bottom: 1.5rem; }
.note.bad { border-left-color: var(--error); background: var(--error-tint); }
.note h2 { font-size: 1rem; }
.note ul { margin-top: 0.4rem; padding-left: 1.2rem; }
.note.bad a { color: var(--error); }

.badge { display: grid; place-items: center; width: 3.5rem; height: 3.5rem; border-radius: 50%; background: var(--sunken); color: var(--quiet); margin-bottom: 1rem; }
.badge svg { width: 1.85rem; height: 1.85rem; }
.badge.good { background: var(--yes-tint); color: var(--yes); }
.badge.warn { background: var(--warn-tint); color: var(--warn); }

a.button { text-decoration: none; text-align: center; }
.button.grave { background: transparent; color: var(--error); border-color: var(--error); }
.button.grave:hover { background: var(--error-tint); }
.button.small { min-height: 2.5rem; padding: 0.4rem 0.9rem; font-size: 0.9375rem; }
.acts { display: flex; flex-wrap: wrap; gap: 0.6rem; }
@media (min-width: 30rem) { .acts .button, .button.grave { width: auto; } }
.cards { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
.one > .note, .cards > .note { margin-bottom: 0; }
.facts + form { margin-top: 1.1rem; }
section > h2 + .rows { margin-top: 0.6rem; }
.crumb { font-size: 0.9375rem; }
.crumb a { display: inline-block; padding-block: 0.4rem; }
.who .name a { color: inherit; text-decoration: none; }
.who .name a:hover { text-decoration: underline; }
.pill { display: inline-flex; align-items: center; gap: 0.4rem; font-size: 0.875rem; font-weight: 600; color: var(--quiet); }
.pill svg { width: 1rem; height: 1rem; flex: none; }
.pill.on { color: var(--yes); }
.rows { list-style: none; padding: 0; }
.rows > li { padding-block: 0.8rem; border-top: 1px solid var(--line); display: grid; gap: 0.15rem 1rem; grid-template-columns: minmax(0, 1fr); }
.rows > li:first-child { border-top: 0; padding-top: 0.2rem; }
.rows > li:last-child { padding-bottom: 0; }
@media (min-width: 34rem) { .rows > li { grid-template-columns: minmax(0, 1fr) auto; } .rows > li > * { grid-column: 1; } .rows > li > .go { grid-column: 2; grid-row: 1 / span 2; } }
.rows .go { white-space: nowrap; }
.rows .go a { display: inline-block; padding-block: 0.35rem; }
.session { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; justify-content: space-between; color: var(--quiet); font-size: 0.9375rem; }
.session form { display: block; }
.foot p + p { margin-top: 0.35rem; }
.foot a { color: inherit; }

${findStyle}
@media (forced-colors: active) { .button.first { border-color: ButtonText; } }
.certificate .id { font: 0.875rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.certificate h2 + .facts { margin-top: 0.75rem; }
.certificate .points { margin-bottom: 1rem; }
.certificate .match { margin-top: 1rem; }

@media print {
  :root { color-scheme: light; --ground: #ffffff; --card: #ffffff; --sunken: #ffffff; --text: #000000; --quiet: #333333; --line: #999999; --no: #333333; }
  .top .languages, .foot, .skip, .crumb, .acts, .session, .on-screen { display: none; }
  .agreement { max-height: none; overflow: visible; }
  .card, .match { box-shadow: none; }
  .card > section, .match { break-inside: avoid; }
  body { background: #ffffff; }
  html:has(.certificate) { font-size: 80%; }
  .certificate { max-width: none; gap: 0.75rem; }
  main:has(.certificate) { padding-block: 0; }
  .certificate .badge { display: none; }
}
`.trimStart();

/** Where the style is served from. The name carries its content, so it may be cached for ever. */
export const stylePath = `/pages/style-${createHash('sha256').update(style).digest('hex').slice(0, 12)}.css`;
