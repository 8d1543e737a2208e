import { modes, type Rule } from './behaviour.ts';
import type { Mail, MailSummary } from './store.ts';
import type { Texts } from './texts.ts';

/** Text that is HTML already. */
class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | undefined | false | Html | Part[];

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function render(part: Part): string {
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(render).join('');
  return part === undefined || part === false ? '' : String(part).replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);
}

function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(texts.reduce((whole, text, index) => whole + text + render(parts[index]), ''));
}

/** The three ways to look at a mail. */
export const views = ['html', 'text', 'source'] as const;
export type View = (typeof views)[number];

/** Everything one page shows. */
export interface Page {
  texts: Texts;
  now: Date;
  smtpUrl: string;
  total: number;
  rules: Rule[];
  filter: string;
  mails: MailSummary[];
  /** The last id of the page before, when this is not the first. */
  before: string | undefined;
  hasOlder: boolean;
  /** The mail being read; 'gone' for an address without one. */
  mail: Mail | 'gone' | undefined;
  view: View;
  source: string;
}

const SHOWN = 400_000;

const envelope = (size: number) =>
  html`<svg width="${size}" height="${size}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="${size > 24 ? 1.25 : 1.75}" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M22 12h-6l-2 3h-4l-2-3H2"/><path d="M5.5 5.1 2 12v6a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-6l-3.5-6.9A2 2 0 0 0 16.8 4H7.2a2 2 0 0 0-1.7 1.1z"/></svg>`;

function address(path: string, parameters: Record<string, string | undefined>): string {
  const query = new URLSearchParams(Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1])));
  return query.size > 0 ? `${path}?${query}` : path;
}

function time(date: string, { texts, now }: Page, long = false): Html {
  const then = new Date(date);
  const isToday = then.toDateString() === now.toDateString();
  const isThisYear = then.getFullYear() === now.getFullYear();
  const full = new Intl.DateTimeFormat(texts.lang, { dateStyle: 'medium', timeStyle: 'long', hourCycle: 'h23' }).format(then);
  const short = new Intl.DateTimeFormat(
    texts.lang,
    isToday
      ? { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }
      : {
          month: 'short',
          day: 'numeric',
          ...(isThisYear ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : { year: 'numeric' }),
        },
  ).format(then);
  return html`<time datetime="${date}" title="${full}">${long ? full : short}</time>`;
}

function list(page: Page): Html {
  const { texts, mails, mail, filter, before } = page;
  const current = typeof mail === 'object' ? mail.id : undefined;
  const rows = mails.map(
    (
      entry,
    ) => html`<li><a href="${address(`/mails/${entry.id}`, { to: filter, before })}"${entry.id === current && html` aria-current="true"`}>
<span class="whom">${entry.to.join(', ')}</span>${time(entry.date, page)}
<span class="subject">${entry.subject || texts.noSubject}</span></a></li>`,
  );
  const newer = before && html`<a href="${address('/', { to: filter })}">${texts.newer}</a>`;
  const older = page.hasOlder && html`<a href="${address('/', { to: filter, before: mails.at(-1)?.id })}">${texts.older}</a>`;
  return html`<section class="list" id="list" aria-label="${texts.title}">
${mails.length === 0 ? html`<p class="note">${texts.noMatch}</p>` : html`<ul>${rows}</ul>`}
${(newer || older) && html`<div class="more">${newer || html`<span></span>`}${older}</div>`}
</section>`;
}

/** Text with its web addresses as links. */
function linked(text: string): Html[] {
  return text
    .split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/)
    .map((part, index) => (index % 2 ? html`<a href="${part}" target="_blank" rel="noreferrer">${part}</a>` : html`${part}`));
}

function body({ texts, mail, view, source }: Page): Html {
  if (typeof mail !== 'object') return html``;
  if (view === 'source') {
    return html`<pre tabindex="0">${source.slice(0, SHOWN)}</pre>${source.length > SHOWN && html`<p class="note">${texts.cut}</p>`}`;
  }
  if (view === 'text')
    return mail.text.trim()
      ? html`<pre class="text" tabindex="0">${linked(mail.text.trim())}</pre>`
      : html`<div class="empty"><p>${texts.noText}</p></div>`;
  if (!mail.html) return html`<div class="empty"><p>${texts.noHtml}</p></div>`;
  return html`<iframe src="/mails/${mail.id}/html" title="${texts.frame}" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`;
}

function reading(page: Page): Html {
  const { texts, mail, filter, before, view } = page;
  if (mail === undefined)
    return html`<article><div class="empty">${envelope(36)}<h2>${texts.chooseTitle}</h2><p>${texts.tagline}</p></div></article>`;
  const back = html`<a class="back" href="${address('/', { to: filter, before })}">‹ ${texts.back}</a>`;
  if (mail === 'gone') return html`<article><div class="empty"><p>${texts.gone}</p>${back}</div></article>`;
  const tabs = views.map(
    (name) =>
      html`<a href="${address(`/mails/${mail.id}`, { to: filter, before, view: name })}"${name === view && html` aria-current="page"`}>${texts.views[name]}</a>`,
  );
  const files = mail.attachments.map(
    ({ name, size }, index) =>
      html`${index > 0 && ', '}<a href="/mails/${mail.id}/attachments/${index}" download="${name}">${name}</a> (${Math.ceil(size / 1024)} kB)`,
  );
  return html`<article>
<div class="mail">${back}<h1>${mail.subject || texts.noSubject}</h1>
<dl><dt>${texts.from}</dt><dd>${mail.from.replace(/^"([^"]+)" </, '$1 <')}</dd><dt>${texts.to}</dt><dd>${mail.to.join(', ')}</dd><dt>${texts.date}</dt><dd>${time(mail.date, page, true)}</dd>
${files.length > 0 && html`<dt>${texts.attachments}</dt><dd>${files}</dd>`}</dl></div>
<nav aria-label="${mail.subject || texts.noSubject}">${tabs}${view === 'html' && mail.html ? html`<label class="phone"><input type="checkbox">${texts.phone}</label>` : ''}</nav>
<div class="body">${body(page)}</div>
</article>`;
}

function rules({ texts, rules }: Page): Html {
  const lines = rules.map(({ match, mode }) => {
    const whom = match === '' ? texts.everybody : texts.containing(match);
    return html`<li><span>${texts.rule[mode](whom)}</span><button type="button" data-end-rule="${match}">${texts.remove}</button></li>`;
  });
  return html`<ul class="rules" id="rules">${lines}</ul>`;
}

function behaviour({ texts, rules }: Page): Html {
  const options = modes.map((mode) => html`<option value="${mode}"${mode === 'refuse' && html` selected`}>${texts.modes[mode]}</option>`);
  return html`<details class="behaviour">
<summary class="button${rules.length > 0 && ' warned'}" id="server-state"><span class="label">${texts.behaviour}</span> <b>${rules.length > 0 ? texts.rules(rules.length) : texts.acceptsAll}</b></summary>
<form class="panel" id="behaviour"><p>${texts.behaviourText}</p>
<label>${texts.modeLabel}<select name="mode">${options}</select></label>
<label>${texts.whomLabel}<input name="match" placeholder="${texts.whomHint}" autocomplete="off" spellcheck="false"></label>
<button class="button primary">${texts.apply}</button></form></details>`;
}

/** One whole page as HTML. */
export function renderPage(page: Page): string {
  const { texts, total, filter, mail } = page;
  const isEmpty = total === 0 && mail === undefined;
  const subject = typeof mail === 'object' ? `${mail.subject || texts.noSubject} · ` : '';
  const empty = html`<div class="empty">${envelope(44)}<h2>${texts.emptyTitle}</h2><p>${texts.emptyText}</p><p>${texts.emptySmtp} <code>${page.smtpUrl}</code></p></div>`;
  return html`<!doctype html>
<html lang="${texts.lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${subject}${texts.title}${total > 0 && ` (${total})`} · Clientele</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='%232a5bd7' stroke-width='2'%3E%3Cpath d='M22 12h-6l-2 3h-4l-2-3H2M5.5 5.1 2 12v6a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-6l-3.5-6.9A2 2 0 0 0 16.8 4H7.2a2 2 0 0 0-1.7 1.1z'/%3E%3C/svg%3E">
<link rel="stylesheet" href="/style.css"></head>
<body class="${isEmpty ? 'nothing' : mail ? 'reading' : 'browsing'}">
<header><a class="brand" href="/" title="${texts.tagline}">${envelope(20)}${texts.title}</a><span class="count" id="count">${total > 0 && texts.mails(total)}</span>
<form class="filter" role="search" action="/"><label class="hidden" for="to">${texts.filter}</label><input id="to" name="to" value="${filter}" placeholder="${texts.filterHint}" autocomplete="off" spellcheck="false">${filter && html`<a href="/" title="${texts.clearFilter}" aria-label="${texts.clearFilter}">×</a>`}</form>
<span class="spacer"></span>${behaviour(page)}
<button type="button" class="button plain delete" data-delete="${texts.deleteAllQuestion}">${texts.deleteAll}</button></header>
${rules(page)}
<main>${isEmpty ? empty : [list(page), reading(page)]}</main>
<p class="offline" id="offline" role="status" hidden>${texts.offline}</p>
<script src="/page.js"></script></body></html>`.text;
}
