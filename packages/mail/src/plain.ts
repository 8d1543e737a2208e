import type { PageParts } from './html.ts';
import type { Block } from './layout.ts';

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.text;
    case 'quote':
      return block.text.replace(/^/gm, '> ');
    case 'list':
      return [block.title, ...block.items.map((item) => `- ${item}`)].join('\n');
    case 'facts':
      return block.rows.map(([name, value]) => `${name}: ${value}`).join('\n');
    case 'button':
      return `${block.label}:\n${block.link}`;
    case 'code':
      return `    ${block.code}`;
    case 'rule':
      return '* * *';
  }
}

/** The text part: the same words in the same order. */
export function blocksText(parts: PageParts, blocks: Block[]): string {
  const foot = [parts.contactTitle, ...parts.contact.map(({ text }) => text), parts.sentBy];
  if (parts.unsubscribe) foot.push(`${parts.unsubscribe.text}:`, parts.unsubscribe.link);
  return `${[parts.from, parts.reason, parts.heading, ...blocks.map(blockText), ['-- ', ...foot.filter(Boolean)].join('\n')].join('\n\n')}\n`;
}
