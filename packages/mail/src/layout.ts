export type Language = 'en' | 'ja';

/** A mail as it goes out. */
export interface RenderedMail {
  subject: string;
  html: string;
  text: string;
}

/** One paragraph of a mail. Everything in it is plain text; the layout escapes it. */
export type Block =
  | { kind: 'paragraph'; text: string }
  | { kind: 'quote'; text: string }
  | { kind: 'list'; title?: string; items: string[] }
  | { kind: 'facts'; rows: [string, string][] }
  | { kind: 'button'; label: string; link: string; alsoAs: string }
  | { kind: 'code'; code: string };

export interface MailParts {
  language: Language;
  subject: string;
  /** Why the reader gets this, above everything. */
  reason: string;
  heading: string;
  blocks: Block[];
  /** Whom to ask. */
  contact: string;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** At most `most` characters as a person counts them, with an ellipsis. */
export function shorten(text: string, most: number): string {
  const flat = text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
  const characters = [...new Intl.Segmenter().segment(flat)].map(({ segment }) => segment);
  return characters.length <= most
    ? flat
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}

const style = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0;background:#f6f7f9;color:#1a1f36;font:16px/1.6 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Hiragino Sans","Noto Sans JP","Noto Sans CJK JP",Meiryo,sans-serif;-webkit-text-size-adjust:100%}
.sheet{max-width:560px;margin:0 auto;padding:32px 16px}
.card{background:#fff;border:1px solid #e6e8ee;border-radius:12px;padding:32px}
.reason,.foot{color:#5b6478;font-size:13px;line-height:1.5}
.reason{margin:0 4px 16px}.foot{margin:16px 4px 0}
h1{font-size:21px;line-height:1.35;margin:0 0 16px;font-weight:650;overflow-wrap:anywhere}
p{margin:0 0 16px;overflow-wrap:anywhere}
ul{margin:0 0 16px;padding-left:22px}li{margin:0 0 4px;overflow-wrap:anywhere}
.title{font-weight:600;margin:0 0 4px}
.quote{border-left:3px solid #d5d9e2;padding:2px 0 2px 14px;margin:0 0 20px;white-space:pre-line;overflow-wrap:anywhere}
.act{margin:24px 0}
.button{display:inline-block;background:#4f46e5;color:#fff!important;text-decoration:none;font-weight:600;padding:12px 22px;border-radius:8px}
.link{font-size:13px;color:#5b6478;overflow-wrap:anywhere;word-break:break-all}.link a{color:#4338ca}
.also{display:block;margin-bottom:2px;word-break:normal}
table{border-collapse:collapse;width:100%;margin:0 0 16px}td{padding:6px 12px 6px 0;vertical-align:top;border-top:1px solid #eceef3;font-size:14px;overflow-wrap:anywhere}td:first-child{color:#5b6478;width:38%}
.code{font:600 28px/1 ui-monospace,Menlo,Consolas,monospace;letter-spacing:.12em;margin:8px 0 24px}
@media (max-width:480px){.sheet{padding:16px 8px}.card{padding:22px 18px}}
@media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6e9f0}.card{background:#161b26;border-color:#272e3d}.reason,.foot,.link,td:first-child{color:#9aa4b8}.quote{border-color:#384154}td{border-color:#272e3d}.link a{color:#a5b4fc}.button{background:#6366f1}}
`.replace(/\n/g, '');

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${escapeHtml(block.text)}</p>`;
    case 'quote':
      return `<div class="quote">${escapeHtml(block.text)}</div>`;
    case 'list':
      return `${block.title ? `<p class="title">${escapeHtml(block.title)}</p>` : ''}<ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
    case 'facts':
      return `<table role="presentation">${block.rows.map(([name, value]) => `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(value)}</td></tr>`).join('')}</table>`;
    case 'button':
      return `<p class="act"><a class="button" href="${escapeHtml(block.link)}">${escapeHtml(block.label)}</a></p><p class="link"><span class="also">${escapeHtml(block.alsoAs)}</span>${escapeHtml(block.link)}</p>`;
    case 'code':
      return `<p class="code">${escapeHtml(block.code)}</p>`;
  }
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.text;
    case 'quote':
      return block.text
        .split('\n')
        .map((line) => `  ${line}`.trimEnd())
        .join('\n');
    case 'list':
      return [...(block.title ? [block.title] : []), ...block.items.map((item) => `  - ${item}`)].join('\n');
    case 'facts':
      return block.rows.map(([name, value]) => `${name}: ${value}`).join('\n');
    case 'button':
      return `${block.label}:\n${block.link}`;
    case 'code':
      return `  ${block.code}`;
  }
}

/** The one layout of every mail: a reason, one column, one button, whom to ask. The text part says the same. */
export function layOut({ language, subject, reason, heading, blocks, contact }: MailParts): RenderedMail {
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title><style>${style}</style></head><body><div class="sheet"><p class="reason">${escapeHtml(reason)}</p><div class="card"><h1>${escapeHtml(heading)}</h1>${blocks.map(blockHtml).join('')}</div><p class="foot">${escapeHtml(contact)}</p></div></body></html>`;
  const text = [reason, heading, ...blocks.map(blockText), `--\n${contact}`].join('\n\n');
  return { subject: shorten(subject, 59), html, text: `${text}\n` };
}

/** A day and time that a reader in any zone understands. */
export function formatMoment(moment: Date, language: Language): string {
  return `${new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(moment)} UTC`;
}
