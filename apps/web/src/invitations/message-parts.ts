/** Where the link of an invitation stands in its message. */
export const linkPlaceholder = '{link}';

/** The text before and after the link. A message without the placeholder has its link at the end, as the mail will. */
export interface MessageParts {
  before: string;
  after: string;
}

/** The first placeholder is where the link stands; every other one is dropped, as in the mail. */
export function splitMessage(message: string): MessageParts {
  const [before = '', ...rest] = message.replace(/\r\n?/g, '\n').split(linkPlaceholder);
  return { before: before.trimEnd(), after: rest.join('').replace(/^\s+/, '') };
}

/** The message as it is kept: the placeholder on a line of its own between the two texts. */
export function joinMessage({ before, after }: MessageParts): string {
  const parts = [before.trimEnd(), linkPlaceholder, after.replace(/^\s+/, '')].filter((part) => part !== '');
  return parts.join('\n\n');
}

/** Moves the link over the paragraph above or below it; null when there is none. */
export function moveLink({ before, after }: MessageParts, to: 'up' | 'down'): MessageParts | null {
  const paragraphs = (text: string) => text.split(/\n{2,}/).filter((paragraph) => paragraph.trim() !== '');
  const above = paragraphs(before);
  const below = paragraphs(after);
  const moved = to === 'up' ? above.pop() : below.shift();
  if (moved === undefined) return null;
  if (to === 'up') below.unshift(moved);
  else above.push(moved);
  return { before: above.join('\n\n'), after: below.join('\n\n') };
}
