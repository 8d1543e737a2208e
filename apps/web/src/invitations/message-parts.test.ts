import { describe, expect, it } from 'vitest';
import { joinMessage, moveLink, splitMessage } from './message-parts.ts';

describe('the message of an invitation', () => {
  it('keeps the link on a line of its own between the two texts', () => {
    expect(splitMessage('Hello,\n\n{link}\n\nBye')).toEqual({ before: 'Hello,', after: 'Bye' });
    expect(joinMessage({ before: 'Hello,', after: 'Bye' })).toBe('Hello,\n\n{link}\n\nBye');
  });
  it('puts the link at the end when the text has none', () => {
    expect(joinMessage(splitMessage('Only words'))).toBe('Only words\n\n{link}');
  });
  it('never holds the link twice', () => {
    expect(joinMessage(splitMessage('a {link} b {link} c'))).toBe('a\n\n{link}\n\nb  c');
  });
  it('is the link alone when everything else is deleted', () => {
    expect(joinMessage(splitMessage(''))).toBe('{link}');
  });
  it('moves the link over one paragraph at a time, and no further than the ends', () => {
    const parts = { before: 'a\n\nb', after: 'c' };
    expect(moveLink(parts, 'up')).toEqual({ before: 'a', after: 'b\n\nc' });
    expect(moveLink(parts, 'down')).toEqual({ before: 'a\n\nb\n\nc', after: '' });
    expect(moveLink({ before: '', after: 'c' }, 'up')).toBeNull();
    expect(moveLink({ before: 'c', after: '' }, 'down')).toBeNull();
  });
});
