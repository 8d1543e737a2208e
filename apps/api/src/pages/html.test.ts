import { describe, expect, it } from 'vitest';
import { html, initial, plain, shorten } from './html.ts';

describe('the html template', () => {
  it('escapes everything that is put in, in text and in attributes', () => {
    const hostile = `"><script>alert('1')</script>\`&`;
    expect(html`<p title="${hostile}">${hostile}</p>`.toString()).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&#96;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&#96;&amp;</p>',
    );
  });

  it('leaves finished HTML as it is, also in lists, and shows nothing for nothing', () => {
    expect(html`<ul>${[html`<li>${'<1>'}</li>`, html`<li>2</li>`]}${null}${undefined}${false}${0}</ul>`.toString()).toBe(
      '<ul><li>&lt;1&gt;</li><li>2</li>0</ul>',
    );
  });

  it('refuses an attribute without quotes, where escaping does not help', () => {
    expect(() => html`<p title=${'a onclick=alert(1)'}></p>`).toThrow(TypeError);
    expect(html`<a href="${'/x'}?language=${'ja'}">x</a>`.toString()).toBe('<a href="/x?language=ja">x</a>');
  });

  it('takes nothing for finished HTML that only looks like it', () => {
    const pretender = { toString: () => '<b>' };
    expect(() => html`${pretender as unknown as string}`).toThrow(TypeError);
  });
});

describe('text of strangers', () => {
  it('loses characters that turn the reading direction or cannot be seen', () => {
    expect(plain('Con\u202etoso\u200b Ltd\u0000\u2066')).toBe('Contoso Ltd');
    expect(plain('👩‍👩‍👧 شركة\nنص\t可')).toBe('👩‍👩‍👧 شركة\nنص\t可');
    expect(plain('half \ud83d of a character')).toBe('half \ufffd of a character');
  });

  it('loses towers of accents and keeps those that languages use', () => {
    expect(plain(`Z${'\u0301'.repeat(300)}`)).toBe(`Z${'\u0301'.repeat(4)}`);
    expect(plain('Nguyễn Thị Mỹ')).toBe('Nguyễn Thị Mỹ');
  });

  it('is cut between characters as a reader sees them', () => {
    expect(shorten('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 2)).toBe('…');
    expect(shorten('👍🏽👍🏽👍🏽', 2)).toBe('👍🏽👍🏽…');
    expect(shorten('Contoso', 7)).toBe('Contoso');
    expect(shorten('Contoso Ltd', 8)).toBe('Contoso…');
  });

  it('has a first character, whatever it is', () => {
    expect(initial(' contoso')).toBe('C');
    expect(initial('日本')).toBe('日');
    expect(initial('\u202e')).toBe('·');
    expect(initial('')).toBe('·');
  });
});
