import { describe, expect, it } from 'vitest';
import { render } from '../render.ts';
import { aroundLink, defaultInvitationMessage } from './invitation-message.ts';

const link = 'https://partners.example/i/abc.def';
const around = (message: string) => aroundLink(message, link, 'en');

describe('the link in the partner’s text', () => {
  it('stands where the placeholder has a line of its own', () => {
    expect(around('Hello\n\n{link}\n\nBye')).toEqual({ before: ['Hello'], after: ['Bye'] });
    expect(around('Hello\n  { LINK }\u3000\nBye')).toEqual({ before: ['Hello'], after: ['Bye'] });
    expect(around('こんにちは\n｛link｝\n以上')).toEqual({ before: ['こんにちは'], after: ['以上'] });
    expect(around('{{link}}')).toEqual({ before: [], after: [] });
  });

  it('follows the text when there is no placeholder', () => {
    expect(around('Hello\n\nBye')).toEqual({ before: ['Hello', 'Bye'], after: [] });
    expect(around('')).toEqual({ before: [], after: [] });
  });

  it('follows the text when the placeholder is in a sentence, which then still reads well', () => {
    expect(around('Please open {link} and answer.')).toEqual({ before: ['Please open the link in this mail and answer.'], after: [] });
  });

  it('is not doubled by a second placeholder, nor by the link itself', () => {
    expect(around(`{link}\n\none\n{link}\n{link}\n\ntwo {link}\n\n${link}`)).toEqual({
      before: [],
      after: ['one', 'two the link in this mail'],
    });
    expect(around(`Open ${link} now\n\n${link}\n\nBye`)).toEqual({ before: ['Open the link in this mail now'], after: ['Bye'] });
  });

  it('is found once as href and once as text, whatever the partner writes', () => {
    for (const message of ['', '{link}', '{link}{link}', `${link} {link}\n{link}`, '{lin{link}k}', `<a href="${link}">{link}</a>`]) {
      const mail = render(
        'invitation',
        {
          partnerName: 'Northbridge',
          partnerContact: { name: 'Ken', email: 'ken@northbridge.example' },
          message,
          link,
          delegatedAdmin: false,
          purpose: 'relationship',
          expiresAt: new Date(0),
        },
        'en',
      );
      expect(mail.html.split(link)).toHaveLength(3);
      expect(mail.html.split(`href="${link}"`)).toHaveLength(2);
      expect(mail.text.split(link)).toHaveLength(2);
    }
  });
});

describe('the draft', () => {
  it.each(['relationship', 'reinstate'] as const)('for %s has the link’s place, the names and no line end out of a name', (purpose) => {
    for (const language of ['en', 'ja'] as const) {
      const draft = defaultInvitationMessage({
        purpose,
        partnerName: 'North\r\nbridge',
        recipientName: 'Megan',
        companyName: 'Contoso',
        language,
      });
      expect(draft).toContain('North bridge');
      expect(draft).toContain('Megan');
      expect(draft).toContain('Contoso');
      expect(draft.match(/^\{link\}$/gm)).toHaveLength(1);
      expect(/[\u3040-\u30ff]/.test(draft)).toBe(language === 'ja');
    }
  });

  it('greets without a name when there is none', () => {
    expect(defaultInvitationMessage({ purpose: 'relationship', partnerName: 'Northbridge', language: 'en' })).toMatch(/^Hello,\n\n/);
    expect(defaultInvitationMessage({ purpose: 'relationship', partnerName: 'Northbridge', language: 'ja' })).toMatch(/^ご担当者様\n\n/);
  });
});
