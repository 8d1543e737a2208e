import type { Language } from '@clientele/domain';
import { renderDocument } from './document.ts';
import { type Content, html } from './html.ts';
import { icons } from './icons.ts';
import { type ErrorPageKind, sentences } from './messages.ts';

interface Problem {
  language: Language;
  sign: Content;
  title: string;
  text: string;
  steps?: readonly string[];
}

function renderProblem({ language, sign, title, text, steps }: Problem): string {
  return renderDocument({
    language,
    title,
    path: '',
    body: html`<div class="one"><div><div class="badge warn">${sign}</div><h1>${title}</h1></div><p class="lead">${text}</p>${
      steps && html`<ol class="steps">${steps.map((step) => html`<li>${step}</li>`)}</ol>`
    }</div>`,
  });
}

/** Behind a link that is forged, cut or unknown: always the same, so that it tells nothing apart. */
export function renderLinkInvalidPage({ language }: { language: Language }): string {
  return renderProblem({ language, sign: icons.link, ...sentences[language].invalid });
}

/** When the page itself cannot be shown. */
export function renderErrorPage({ language, kind }: { language: Language; kind: ErrorPageKind }): string {
  return renderProblem({ language, sign: icons.error, ...sentences[language].errorPages[kind] });
}
