import type { Block, FootLine, Language } from './layout.ts';
import { escapeHtml } from './text.ts';

/** Everything of a mail's page but its blocks. */
export interface PageParts {
  language: Language;
  subject: string;
  from: string;
  reason: string;
  heading: string;
  alsoAs: string;
  contactTitle: string;
  contact: FootLine[];
  sentBy: string;
  unsubscribe?: { text: string; link: string };
}

const font =
  "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Hiragino Sans','Yu Gothic UI',Meiryo,'Noto Sans CJK JP','Noto Sans JP',sans-serif";

// Mail programs that drop the style sheet (some of Gmail's) show the styles at the elements: light, and wide enough for a phone.
// The sheet adds the dark colours and the narrow screen.
const at = {
  body: `margin:0;padding:0;background:#f8fafc;color:#0f172a;font-family:${font};-webkit-text-size-adjust:100%`,
  sheet: 'padding:40px 16px 48px',
  column: `max-width:560px;margin:0 auto;text-align:left;text-align:start;font-family:${font};font-size:15px;line-height:24px;color:#0f172a`,
  from: 'margin:0 0 4px;font-size:15px;line-height:22px;font-weight:600',
  quiet: 'margin:0;font-size:13px;line-height:20px;color:#475569',
  card: 'padding:32px;background:#ffffff;border:1px solid #e2e8f0;border-radius:12px',
  heading: 'margin:0 0 20px;font-size:21px;line-height:30px;font-weight:600;letter-spacing:-.01em',
  paragraph: 'margin:0 0 16px',
  title: 'margin:0 0 6px;font-weight:600',
  list: 'margin:0 0 20px;padding:0 0 0 20px',
  item: 'margin:0 0 6px',
  quote: 'margin:0 0 20px;padding:2px 0 2px 16px;border-left:3px solid #cbd5e1',
  facts: 'width:100%;margin:0 0 20px;border-collapse:collapse;border-bottom:1px solid #e2e8f0',
  name: 'width:36%;padding:9px 16px 9px 0;border-top:1px solid #e2e8f0;vertical-align:top;text-align:left;font-weight:400;font-size:14px;line-height:22px;color:#475569',
  value: 'padding:9px 0;border-top:1px solid #e2e8f0;vertical-align:top;font-size:14px;line-height:22px',
  button: 'margin:8px 0 16px',
  press:
    'display:inline-block;padding:11px 24px;border-radius:8px;background:#4f46e5;color:#ffffff;font-weight:600;line-height:22px;text-decoration:none',
  link: 'margin:0 0 24px;font-size:13px;line-height:20px;color:#475569',
  code: 'margin:4px 0 20px;padding:14px 16px;border-radius:8px;background:#f1f5f9;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:24px;line-height:32px;font-weight:600;letter-spacing:.12em;text-align:center',
  rule: 'margin:28px 0 24px;border:0;border-top:1px solid #e2e8f0;height:0',
  foot: 'padding:24px 4px 0',
};

const sheet = [
  ':root{color-scheme:light dark;supported-color-schemes:light dark}',
  'h1,p,li,td,th,blockquote{overflow-wrap:anywhere}',
  ':lang(ja) h1{word-break:auto-phrase;letter-spacing:0!important}',
  '.card>:last-child{margin-bottom:0!important}',
  '@media (max-width:480px){.sheet{padding:24px 12px 32px!important}.card{padding:24px 20px!important}.press{display:block!important;text-align:center}}',
  '@media (prefers-color-scheme:dark){.body{background:#0b1120!important}.column{color:#f1f5f9!important}',
  '.card{background:#131c2e!important;border-color:#2b384e!important}.quiet{color:#b6c2d2!important}.quiet a{color:#a5b4fc!important}',
  '.line{border-color:#2b384e!important}.quote{border-color:#475569!important}.code{background:#0b1120!important}}',
].join('');

const lines = (text: string) => escapeHtml(text).replace(/\n/g, '<br>');

function blockHtml(block: Block, alsoAs: string): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p dir="auto" style="${at.paragraph}">${lines(block.text)}</p>`;
    case 'quote':
      return `<blockquote dir="auto" class="quote" style="${at.quote}">${lines(block.text)}</blockquote>`;
    case 'list': {
      const items = block.items.map((item) => `<li style="${at.item}">${escapeHtml(item)}</li>`);
      return `<p style="${at.title}">${escapeHtml(block.title)}</p><ul style="${at.list}">${items.join('')}</ul>`;
    }
    case 'facts': {
      const rows = block.rows.map(
        ([name, value]) =>
          `<tr><th scope="row" class="quiet line" style="${at.name}">${escapeHtml(name)}</th><td class="line" style="${at.value}"><bdi>${escapeHtml(value)}</bdi></td></tr>`,
      );
      return `<table class="line" cellpadding="0" cellspacing="0" style="${at.facts}">${rows.join('')}</table>`;
    }
    case 'button': {
      const link = escapeHtml(block.link);
      return `<p style="${at.button}"><a class="press" href="${link}" style="${at.press}">${escapeHtml(block.label)}</a></p><p class="quiet" style="${at.link}">${escapeHtml(alsoAs)}<br><span style="word-break:break-all">${link}</span></p>`;
    }
    case 'code':
      return `<p class="code" style="${at.code}">${escapeHtml(block.code)}</p>`;
    case 'rule':
      return `<hr class="line" style="${at.rule}">`;
  }
}

/** The blocks as HTML, everything in them escaped. */
export function blocksHtml(blocks: Block[], alsoAs: string): string {
  return blocks.map((block) => blockHtml(block, alsoAs)).join('\n');
}

function footHtml({ contactTitle, contact, sentBy, unsubscribe }: PageParts): string {
  const line = ({ text, link }: FootLine) =>
    link
      ? `<a href="${escapeHtml(link)}" style="color:#4338ca;text-decoration:none">${escapeHtml(text)}</a>`
      : `<bdi>${escapeHtml(text)}</bdi>`;
  const who = contactTitle
    ? `<p class="quiet" style="${at.quiet};font-weight:600">${escapeHtml(contactTitle)}</p><p class="quiet" style="${at.quiet};margin:0 0 16px">${contact.map(line).join('<br>')}</p>`
    : '';
  const stop = unsubscribe ? `<br>${line(unsubscribe)}` : '';
  return `${who}<p class="quiet" style="${at.quiet}">${escapeHtml(sentBy)}${stop}</p>`;
}

/** The whole HTML part round its blocks. No image, no script, nothing that is fetched. */
export function page(parts: PageParts, blocks: string): string {
  return `<!doctype html>
<html lang="${parts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<title>${escapeHtml(parts.subject)}</title>
<style>${sheet}</style>
</head>
<body class="body" style="${at.body}">
<table role="presentation" class="body" width="100%" cellpadding="0" cellspacing="0" style="background:#f8fafc"><tr><td align="center" class="sheet" style="${at.sheet}">
<!--[if mso]><table role="presentation" width="560" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
<div class="column" style="${at.column}">
<div style="padding:0 4px 20px"><p style="${at.from}"><bdi>${escapeHtml(parts.from)}</bdi></p><p class="quiet" style="${at.quiet}">${escapeHtml(parts.reason)}</p></div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="border-collapse:separate"><tr><td class="card" style="${at.card}">
<h1 style="${at.heading}">${escapeHtml(parts.heading)}</h1>
${blocks}
</td></tr></table>
<div style="${at.foot}">${footHtml(parts)}</div>
</div>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</body>
</html>
`;
}
