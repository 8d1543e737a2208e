import { type Language, languages } from '@clientele/domain';
import { type Content, html } from './html.ts';
import { icons } from './icons.ts';
import { sentences } from './messages.ts';
import { stylePath } from './style.ts';
import { visitScriptPath } from './visit-script.ts';

interface Document {
  language: Language;
  /** Text only; who asks, or what happened. */
  title: Content;
  /** The address of this page in another language is this with `?language=`; empty means: wherever the reader is. */
  path: string;
  /** For search engines: only a page that says so is shown to them. */
  index?: {
    description: string;
    /** Otherwise it is only followed. */
    isListed: boolean;
    canonical: string;
    alternates: readonly { language: Language; href: string }[];
  };
  /** As wide as its parts like. */
  wide?: boolean;
  /** Where a keyboard user may jump to at once. */
  skipTo?: string;
  /** Where the page's one script tells that a person is there; without it the page has none. */
  seenAt?: string;
  body: Content;
}

/** A whole page around its body. Nothing inline, no request to anybody else; its script only observes, and only where it is asked for. */
export function renderDocument({ language, title, path, index, wide, skipTo, seenAt, body }: Document): string {
  const text = sentences[language];
  const join = path.includes('?') ? '&' : '?';
  const switches = languages.map((other) =>
    other === language
      ? html`<li><span lang="${other}" aria-current="true">${sentences[other].languageName}</span></li>`
      : html`<li><a href="${path}${join}language=${other}" lang="${other}" hreflang="${other}" rel="nofollow">${sentences[other].languageName}</a></li>`,
  );
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${index ? !index.isListed && html`<meta name="robots" content="noindex, follow">` : html`<meta name="robots" content="noindex, nofollow">`}
${
  index &&
  html`<meta name="description" content="${index.description}">
<link rel="canonical" href="${index.canonical}">
${index.alternates.map(({ language: other, href }) => html`<link rel="alternate" hreflang="${other}" href="${href}">\n`)}`
}
<meta name="referrer" content="same-origin">
<meta name="format-detection" content="telephone=no">
<meta name="color-scheme" content="light dark">
<title>${title} · ${text.product}</title>
<link rel="icon" type="image/svg+xml" href="/favicon.svg">
<link rel="stylesheet" href="${stylePath}">
${seenAt && html`<script src="${visitScriptPath}" data-seen="${seenAt}" defer></script>`}
</head>
<body>
${skipTo && html`<a class="skip" href="#${skipTo}">${text.skip}</a>`}
<header class="top">
<div class="brand">${icons.brand}<span>${text.product}</span></div>
<nav aria-label="${text.languageSwitch}"><ul class="languages">${switches}</ul></nav>
</header>
<main${wide && html` class="wide"`}>
${body}
</main>
<footer class="foot"><p>${text.footer}</p><p><a href="/my?language=${language}">${text.ownPage}</a></p></footer>
</body>
</html>
`.toString();
}
