import { describe, expect, it } from 'vitest';
import { fitSubject, graphemes, japanese, oneLine, paragraphsOf, shorten } from './text.ts';

describe('text', () => {
  it('keeps an emoji of many code points whole when it shortens', () => {
    expect(shorten('👩‍👩‍👧‍👦🇯🇵é'.repeat(10), 4)).toBe('👩‍👩‍👧‍👦🇯🇵é…');
  });

  it('takes a heap of combining marks for what it is', () => {
    expect(shorten(`a${'\u0301'.repeat(10_000)}b`, 5).length).toBeLessThan(20);
  });

  it('leaves no line end, control character, half character or turned reading direction in one line', () => {
    expect(oneLine('a\r\nBcc: x\u0000\u0085\u2028b\u202ec\ud800')).toBe('a Bcc: x bc');
  });

  it('shortens the name and not the sentence of a subject', () => {
    const subject = fitSubject((name) => `The relationship with ${name} has ended`, 'Contoso '.repeat(60));
    expect(subject).toMatch(/^The relationship with Contoso .*… has ended$/);
    expect(graphemes(subject).length).toBeLessThan(60);
  });

  it('parts paragraphs at empty lines and keeps single line ends', () => {
    expect(paragraphsOf('\r\nDear Megan,\r\n \t\r\n\r\nfirst\rsecond\u2028third\u0007\n\n')).toEqual([
      'Dear Megan,',
      'first\nsecond\nthird',
    ]);
  });

  it('sets a Latin name apart from Japanese, and a Japanese one not', () => {
    const sentence = (name: string) => japanese`このメールは、担当の${name}が送信しました。`;
    expect(sentence('Contoso')).toBe('このメールは、担当の Contoso が送信しました。');
    expect(sentence('青空')).toBe('このメールは、担当の青空が送信しました。');
  });
});
