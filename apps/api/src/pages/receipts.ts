import type { Language } from '@clientele/domain';
import type { Receipt } from '@clientele/services';
import { agreementAt } from './agreement.ts';
import { renderDocument } from './document.ts';
import { type Content, type Html, html, shorten } from './html.ts';
import { icons } from './icons.ts';
import { moment, named } from './invitations.ts';
import { sentences } from './messages.ts';
import { ownWords } from './own-page-words.ts';
import { at, factsOf, type OwnPageProps } from './own-pages.ts';

export interface ReceiptProps {
  language: Language;
  receipt: Receipt;
  /** Of the invitation that it is about, if it is about one. */
  matchCode?: string | undefined;
  /** Where number and code can be checked, as a whole address. */
  checkUrl: string;
}

const name = (value: string): Html => html`<bdi>${shorten(value, 200)}</bdi>`;

function rowsOf({ language, receipt, matchCode }: ReceiptProps) {
  const text = ownWords[language];
  const page = sentences[language];
  const { request } = receipt;
  const rows: (readonly [string, Content] | false)[] = [
    [text.receiptFacts.partner, name(receipt.partner.name)],
    [text.receiptFacts.company, name(receipt.companyName)],
    [text.receiptFacts.domain, name(receipt.domain)],
    [text.receiptFacts.what, request?.purpose === 'delegated-admin' ? text.receiptWhatAdmin : text.receiptWhat[receipt.type]],
    request !== null && [text.receiptFacts.delegatedAdmin, page.receiptDelegated[request.delegatedAdmin ? 'yes' : 'no']],
    receipt.because !== null && [text.receiptFacts.because, text.because[receipt.because] ?? receipt.because],
    [text.receiptFacts.at, moment(language, receipt.at)],
    receipt.by !== null && [text.receiptFacts.by, name(receipt.by)],
    receipt.attested !== null && [text.receiptFacts.attestedBy, name(receipt.attested.name)],
    receipt.attested !== null && [text.receiptFacts.attestedOn, receipt.attested.date],
    hasAgreement(receipt) && [text.receiptFacts.version, agreementAt(language, receipt.at).version],
    matchCode !== undefined && [text.receiptFacts.matchCode, html`<span translate="no">${matchCode}</span>`],
    [text.receiptFacts.number, html`<span translate="no">${receipt.number}</span>`],
    [text.receiptFacts.checkCode, html`<strong translate="no">${receipt.checkCode}</strong>`],
  ];
  return rows;
}

/** The agreement was accepted with it, so its text belongs to the receipt. */
const hasAgreement = ({ type, request }: Receipt) =>
  type === 'agreement.accepted' || type === 'agreement.attested' || request?.agreementWithIt === true;

function agreementText({ language, receipt }: ReceiptProps): Content {
  if (!hasAgreement(receipt)) return undefined;
  const { title, version, sections } = agreementAt(language, receipt.at);
  return html`<section aria-labelledby="agreement"><h2 id="agreement">${ownWords[language].agreementText}</h2><div class="agreement" role="region" aria-label="${title}: ${version}" tabindex="0"><p>${title}, ${version}</p>${sections.map((section) => html`<h3>${section.heading}</h3><p>${section.text}</p>`)}</div></section>`;
}

const checkNote = ({ language, checkUrl }: ReceiptProps): Html =>
  html`<p class="quiet small">${ownWords[language].checkHint} <a href="${checkUrl}">${checkUrl}</a></p>`;

/** A receipt as a page, to read, print and download. */
export function renderReceiptPage(props: ReceiptProps & { path: string; back: string }): string {
  const { language, receipt, path, back } = props;
  const text = ownWords[language];
  const title = text.receiptTitle[receipt.type];
  return renderDocument({
    language,
    title: html`${text.receipt}: ${title(shorten(receipt.partner.name, 40), shorten(receipt.companyName, 40), receipt.request?.purpose)}`,
    path: `/my${path}`,
    body: html`<div class="one">
<div><p class="crumb"><a href="${at(language, back)}">‹ ${named(receipt.partner.name)}</a></p><p class="eyebrow">${text.receipt}</p><h1>${title(named(receipt.partner.name), named(receipt.companyName), receipt.request?.purpose)}</h1></div>
<div class="card"><div>${factsOf(rowsOf(props))}</div>${agreementText(props)}</div>
${checkNote(props)}
<div class="acts"><a class="button second" href="${at(language, path)}&amp;download=1" download>${text.download}</a></div><p class="quiet small acts">${text.print}</p></div>`,
  });
}

/** The same as one file that needs nothing else: no address but the one to check it at. */
export function renderReceiptFile(props: ReceiptProps): string {
  const { language, receipt } = props;
  const text = ownWords[language];
  const title = text.receiptTitle[receipt.type](named(receipt.partner.name), named(receipt.companyName), receipt.request?.purpose);
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text.receipt} ${receipt.number.slice(0, 8)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.6 ui-sans-serif, system-ui, "Hiragino Sans", "Yu Gothic UI", "Noto Sans CJK JP", sans-serif; max-width: 42rem; margin: 2.5rem auto; padding: 0 1.25rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.35; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
h3 { font-size: 1rem; }
dl > div { display: grid; grid-template-columns: minmax(7rem, 12rem) 1fr; gap: 0 1rem; padding: 0.5rem 0; border-top: 1px solid; border-color: color-mix(in srgb, currentColor 20%, transparent); }
dd { margin: 0; }
</style>
</head>
<body>
<p>${sentences[language].product} · ${text.receipt}</p>
<h1>${title}</h1>
${factsOf(rowsOf(props))}
${checkNote(props)}
${agreementText(props)}
</body>
</html>
`.toString();
}

export interface CheckPageProps extends OwnPageProps {
  number: string;
  code: string;
  /** What stands behind number and code; null when they do not belong together, undefined before anything was typed. */
  receipt: Receipt | null | undefined;
  checkUrl: string;
}

/** Where anybody who holds a receipt sees whether it is one of ours. */
export function renderCheckPage(props: CheckPageProps): string {
  const { language, number, code, receipt, checkUrl } = props;
  const text = ownWords[language];
  const { check } = text;
  const field = (id: string, label: string, value: string, most: number) =>
    html`<div class="field"><label for="${id}">${label}</label><input id="${id}" name="${id}" type="text" value="${value}" required maxlength="${most}" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false"></div>`;
  const result =
    receipt === undefined
      ? undefined
      : receipt === null
        ? html`<div class="note bad" role="alert" tabindex="-1" autofocus><h2>${check.bad}</h2><p>${check.badText}</p></div>`
        : html`<div class="card" role="status"><div><p class="pill on">${icons.yes}${check.good}</p><p class="quiet">${check.goodText}</p></div><div>${factsOf(rowsOf({ language, receipt, checkUrl }))}</div></div>`;
  return renderDocument({
    language,
    title: check.title,
    path: '/my/receipts/check',
    body: html`<div class="one"><div><p class="eyebrow">${sentences[language].product}</p><h1>${check.title}</h1></div>${result}
<p class="lead">${check.lead}</p>
<div class="card"><section><form method="get" action="/my/receipts/check"><input type="hidden" name="language" value="${language}">${field('number', text.receiptFacts.number, number, 60)}${field('code', text.receiptFacts.checkCode, code, 40)}<button class="button first" type="submit">${check.button}</button></form></section></div></div>`,
  });
}
