import { customerPurposes, type InvitationState, invitationStates, type Language, languages, partnerTypes } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { type Answerer, type InvitationPageProps, renderInvitationPage } from './invitations.ts';
import { errorPageKinds, pageNotices, sentences } from './messages.ts';
import { renderErrorPage, renderLinkInvalidPage } from './problems.ts';
import { style, stylePath } from './style.ts';
import { visitScript, visitScriptPath } from './visit-script.ts';

const path = '/i/AZrT0kenOf-this_invitation';
const values = {
  companyName: 'Contoso',
  domain: 'contoso.example',
  country: 'JP',
  firstName: 'Aiko',
  lastName: 'Tanaka',
  email: 'aiko@contoso.example',
};
const answerers: Record<Answerer['kind'], Answerer> = {
  'new-organization': { kind: 'new-organization', values },
  'sign-in': { kind: 'sign-in' },
  'signed-in': { kind: 'signed-in', name: 'Aiko Tanaka' },
  'not-admin': { kind: 'not-admin', name: 'Ren Sato' },
};

function props(more: Partial<InvitationPageProps> = {}): InvitationPageProps {
  return {
    language: 'en',
    path,
    state: 'pending',
    purpose: 'relationship',
    partner: {
      name: 'Fabrikam',
      country: 'DE',
      type: 'direct-partner',
      webSite: 'https://fabrikam.example/',
      since: new Date('2024-03-05T12:00:00Z'),
      contactName: 'Anna Weber',
      contactEmail: 'anna@fabrikam.example',
    },
    companyName: 'Contoso',
    recipientName: 'Aiko Tanaka',
    delegatedAdmin: true,
    agreementNeeded: true,
    matchCode: '482 199',
    expiresAt: new Date('2025-12-08T14:00:00Z'),
    answerer: answerers['new-organization'],
    handOver: { state: null, isPossible: true },
    ...more,
  };
}

const text = (page: string) =>
  page
    .replace(/<head>[\s\S]*<\/head>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
const tags = (page: string, name: string) => page.match(new RegExp(`<${name}\\b[^>]*>`, 'g')) ?? [];
const actions = (page: string) => tags(page, 'form').map((tag) => /action="([^"]*)"/.exec(tag)?.[1]);

/** The page without its one script, which observes and does nothing else. */
const ownScript = `<script src="${visitScriptPath}" data-seen="${path}/seen" defer></script>`;
const withoutScript = (page: string) => page.replace(ownScript, '');

/** What holds for every page, whatever it shows. */
function expectSoundPage(whole: string, language: Language) {
  const page = withoutScript(whole);
  expect(page).toMatch(new RegExp(`^<!doctype html>\n<html lang="${language}">`));
  expect(page.length).toBeLessThan(100_000);
  expect(page).not.toMatch(/<script|<style|\sstyle=|\son\w+=|javascript:|<iframe|<base|undefined|\[object|NaN|Invalid Date/i);
  expect(page).toContain(`<link rel="stylesheet" href="${stylePath}">`);
  expect(page).toContain('<meta name="robots" content="noindex, nofollow">');
  expect(page).toContain('<meta name="referrer" content="same-origin">');
  expect(page.match(/<title>[^<]+<\/title>/)).not.toBeNull();
  expect(tags(page, 'h1')).toHaveLength(1);
  for (const form of tags(page, 'form')) expect(form).toContain('method="post"');
  const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size, 'ids are unique').toBe(ids.length);
  const references = [...page.matchAll(/\s(?:for|aria-labelledby|aria-describedby)="([^"]*)"|href="#([^"]*)"/g)];
  for (const [, one, other] of references) for (const id of (one ?? other ?? '').split(' ')) expect(ids).toContain(id);
  for (const element of [
    'main',
    'header',
    'footer',
    'section',
    'form',
    'details',
    'fieldset',
    'div',
    'ul',
    'ol',
    'li',
    'p',
    'dl',
    'dd',
    'dt',
    'bdi',
    'a',
    'span',
  ])
    expect(tags(page, element).length, `<${element}> is closed`).toBe(page.split(`</${element}>`).length - 1);
  // Nothing loads from, or posts to, anywhere else; links out are the partner's web site and mail.
  for (const [, url = ''] of page.matchAll(/(?:href|src|action)="([^"]*)"/g))
    expect(url).toMatch(/^(\/|#|\?language=|mailto:|https?:\/\/fabrikam\.example\/?)/);
}

const cells = languages.flatMap((language) =>
  invitationStates.flatMap((state) =>
    (Object.keys(answerers) as Answerer['kind'][]).flatMap((kind) =>
      customerPurposes.flatMap((purpose) => [true, false].map((delegatedAdmin) => ({ language, state, kind, purpose, delegatedAdmin }))),
    ),
  ),
);

describe('the invitation page', () => {
  it.each(cells)(
    'is whole in $language when $state, for $kind, asked for $purpose, delegated admin $delegatedAdmin',
    ({ kind, ...more }) => {
      for (const agreementNeeded of [true, false])
        for (const answeredAt of more.state === 'pending' ? [undefined] : [new Date('2025-11-24T09:12:00Z'), undefined]) {
          const page = renderInvitationPage(
            props({ ...more, answerer: answerers[kind], agreementNeeded, ...(answeredAt ? { answeredAt } : {}) }),
          );
          expectSoundPage(page, more.language);
          expect(page).toMatch(/<title>[^<]*(Fabrikam|Contoso|has run out|期限)[^<]*<\/title>/);
          expect(actions(page).every((action) => action?.startsWith(`${path}/`))).toBe(true);
          if (more.state !== 'pending') expect(actions(page)).toEqual([]);
          expect(page.includes(ownScript)).toBe(more.state === 'pending');
          // The token is in the page's own address and nowhere else.
          const own = [...page.matchAll(/AZrT0ken[^"]*"/g)].map(([found]) => found);
          const places = /^AZrT0kenOf-this_invitation((\/(accept|decline|hand-over|sign-in))?\?language=(en|ja)|\/seen)"$/;
          expect(own.every((found) => places.test(found))).toBe(true);
        }
    },
  );

  it('says what the partner will and will not be able to do, which differs with delegated admin', () => {
    const withIt = text(renderInvitationPage(props({ delegatedAdmin: true })));
    const without = text(renderInvitationPage(props({ delegatedAdmin: false })));
    expect(withIt).toContain('Administer your organisation for you (delegated admin)');
    expect(withIt).toContain('you can take it away at any time');
    expect(without).not.toContain('Administer your organisation');
    expect(without).toContain('Sign in to your organisation, or see or change your users, settings and data');
    for (const both of [withIt, without]) expect(both).toContain('482 199');
  });

  it('tells who asks: name, web site, kind, country, since when, and a person', () => {
    const page = text(renderInvitationPage(props()));
    for (const fact of [
      'Fabrikam',
      'fabrikam.example',
      'Direct partner',
      'Germany',
      'March 2024',
      'Anna Weber',
      'anna @fabrikam.example',
      'Hello Aiko Tanaka',
    ])
      expect(page).toContain(fact);
    for (const type of partnerTypes) {
      const other = renderInvitationPage(props({ partner: { ...props().partner, type } }));
      expect(other).toContain(sentences.en.partnerType[type]);
    }
  });

  it('speaks Japanese with the family name first and the time of Japan', () => {
    const page = renderInvitationPage(props({ language: 'ja' }));
    expect(page.indexOf('name="lastName"')).toBeLessThan(page.indexOf('name="firstName"'));
    expect(text(page)).toContain('2025年12月8日 23:00(日本時間)');
    expect(page).toContain('<option value="JP" selected>日本</option>');
    expect(page).toContain(`href="${path}?language=en"`);
  });

  it('offers each person only what it may do', () => {
    const at = (kind: Answerer['kind']) =>
      actions(renderInvitationPage(props({ answerer: answerers[kind] }))).map((action) => action?.replace(/^.*\/|\?.*$/g, ''));
    expect(at('new-organization')).toEqual(['accept', 'decline', 'sign-in', 'hand-over']);
    expect(at('signed-in')).toEqual(['accept', 'decline', 'sign-in']);
    // Whoever cannot answer can say who can.
    expect(at('sign-in')).toEqual(['sign-in', 'hand-over']);
    expect(at('not-admin')).toEqual(['sign-in', 'hand-over']);
  });

  it('takes the name of the right person, and keeps what was typed beside what is wrong with it', () => {
    for (const language of languages)
      for (const kind of ['new-organization', 'sign-in', 'not-admin'] as const) {
        const values = { adminName: 'Ren <b>Sato</b>', adminEmail: 'ren@', adminNote: '\nAsk for him' };
        const page = renderInvitationPage(
          props({
            language,
            answerer: answerers[kind],
            handOver: { state: null, isPossible: true, values },
            errors: [{ path: 'adminEmail', rule: 'email' }],
          }),
        );
        expectSoundPage(page, language);
        expect(page).toContain(`<details open><summary>${sentences[language].notMe}`);
        expect(page).toContain('value="Ren &lt;b&gt;Sato&lt;/b&gt;"');
        expect(page).toMatch(/name="adminEmail"[^>]*value="ren@"[^>]*aria-invalid="true"/);
        expect(page).toContain('\n\nAsk for him</textarea>');
        expect(page).toMatch(/<a href="#field-adminEmail">/);
      }
  });

  it('says that somebody was named, but not who, and takes no other name meanwhile', () => {
    for (const language of languages) {
      const waits = renderInvitationPage(props({ language, handOver: { state: 'pending', isPossible: false } }));
      expectSoundPage(waits, language);
      expect(waits).toContain(sentences[language].handOverWaits.heading);
      expect(actions(waits).some((action) => action?.includes('/hand-over'))).toBe(false);
      const refused = renderInvitationPage(props({ language, handOver: { state: 'refused', isPossible: true } }));
      expectSoundPage(refused, language);
      expect(text(refused)).toContain(language === 'en' ? 'still asks for an answer here' : '引き続きこのページでの回答を希望');
      const usual = renderInvitationPage(props({ language }));
      expect(usual).not.toContain('class="note"');
    }
  });

  it('is over once another person has the request: no form, no names of theirs, nothing to do', () => {
    for (const language of languages) {
      const page = renderInvitationPage(props({ language, state: 'handed_over', answeredAt: new Date('2025-11-24T09:12:00Z') }));
      expectSoundPage(page, language);
      expect(actions(page)).toEqual([]);
      expect(page).not.toContain(ownScript);
      expect(text(page)).toContain(language === 'en' ? 'handed over to somebody else' : 'ほかの方に引き継がれました');
      expect(text(page)).toContain(language === 'en' ? '24 November 2025, 09:12 UTC' : '2025年11月24日 18:12');
    }
  });

  it('asks for the customer agreement only where it is needed, and then has its text on the page', () => {
    const needed = renderInvitationPage(props({ agreementNeeded: true }));
    const done = renderInvitationPage(props({ agreementNeeded: false }));
    expect(needed).toMatch(/<input id="field-agreement" name="agreement" type="checkbox" value="yes" required>/);
    expect(text(needed)).toContain('Version of 1 October 2025');
    expect(done).not.toContain('field-agreement');
  });

  it('lets browsers and password managers fill the form', () => {
    const page = renderInvitationPage(props());
    for (const [name, fills] of Object.entries({
      companyName: 'organization',
      country: 'country',
      firstName: 'given-name',
      lastName: 'family-name',
      password: 'new-password',
    }))
      expect(page).toMatch(new RegExp(`id="field-${name}" name="${name}"[^>]*autocomplete="${fills}"`));
    expect(renderInvitationPage(props({ answerer: answerers['sign-in'] }))).toContain('autocomplete="current-password"');
    for (const [, id] of page.matchAll(/<(?:input|select|textarea) id="([^"]*)"/g)) expect(page).toContain(`<label for="${id}"`);
  });

  it('needs no new password of a person who is signed in already', () => {
    const page = renderInvitationPage(props({ answerer: { kind: 'new-organization', values, signedInAs: 'Ren Sato' } }));
    expectSoundPage(page, 'en');
    expect(page).not.toContain('new-password');
    expect(text(page)).toContain('You are signed in as Ren Sato');
  });

  it('offers only the countries that the cloud serves', () => {
    const page = renderInvitationPage(props({ answerer: { kind: 'new-organization', values, countries: ['US'] } }));
    expect(tags(page, 'option')).toEqual(['<option value="" selected>', '<option value="US">']);
  });

  it('shows what is wrong at the field and in a summary that leads there, and keeps what was typed', () => {
    const page = renderInvitationPage(
      props({
        answerer: { kind: 'new-organization', values: { ...values, domain: 'http://wrong', agreement: true } },
        errors: [
          { path: 'domain', rule: 'domain' },
          { path: 'password', rule: 'too_short', params: { min: 10 } },
          { path: 'elsewhere', rule: 'unknown_field' },
        ],
      }),
    );
    expectSoundPage(page, 'en');
    expect(page).toContain('<title>Error: ');
    expect(page).toContain('3 things need your attention');
    expect(page).toMatch(/<a href="#field-domain">Primary domain: This is not a domain/);
    expect(page).toMatch(/value="http:\/\/wrong"[^>]*aria-describedby="field-domain-hint field-domain-error" aria-invalid="true"/);
    expect(page).toMatch(/id="field-password-error">.*Use at least 10 characters\./);
    expect(page).toMatch(/name="agreement"[^>]* checked/);
    expect(page).toContain('<li>This does not fit here. Please check it.</li>');
    expect(page.match(/ autofocus/g)).toHaveLength(1);
  });

  it('never gives a password back', () => {
    for (const answerer of Object.values(answerers)) {
      const page = renderInvitationPage(props({ answerer, errors: [{ path: 'password', rule: 'required' }] }));
      for (const input of page.match(/<input[^>]*type="password"[^>]*>/g) ?? []) expect(input).toContain('value=""');
    }
  });

  it('opens the reason for declining when it is what is wrong, and keeps it', () => {
    const page = renderInvitationPage(
      props({ declineReason: '\n<b>because</b>', errors: [{ path: 'reason', rule: 'too_long', params: { max: 1000 } }] }),
    );
    expect(page).toMatch(/<details open><summary>Decline instead/);
    expect(page).toContain('aria-invalid="true">\n\n&lt;b&gt;because&lt;/b&gt;</textarea>');
  });

  it.each(pageNotices)('can say %s on top, for everybody, in both languages', (notice) => {
    for (const language of languages)
      for (const answerer of Object.values(answerers)) {
        const page = renderInvitationPage(props({ language, answerer, notice }));
        expectSoundPage(page, language);
        expect(page).toContain(sentences[language].notices[notice]);
      }
  });

  it('is a receipt once accepted: what, when, by whom, and what is next', () => {
    const page = text(
      renderInvitationPage(props({ state: 'accepted', answeredAt: new Date('2025-11-24T09:12:00Z'), answeredBy: 'Aiko Tanaka' })),
    );
    for (const fact of [
      'Fabrikam is now a reseller partner of Contoso',
      'Aiko Tanaka',
      '24 November 2025, 09:12 UTC',
      'Granted',
      'Customer agreement',
      'What happens next',
    ])
      expect(page.replace(/ +/g, ' ')).toContain(fact);
  });

  it.each(['declined', 'revoked', 'expired'] satisfies InvitationState[])(
    'says when it was %s, that nothing has changed, and whom to write to',
    (state) => {
      const page = renderInvitationPage(props({ state, answeredAt: new Date('2025-11-24T09:12:00Z') }));
      expect(text(page)).toContain(state === 'expired' ? '8 December 2025, 14:00 UTC' : '24 November 2025, 09:12 UTC');
      expect(text(page)).toContain('has no access');
      expect(page).toMatch(/href="mailto:anna@fabrikam\.example\?subject=Reseller%20relationship/);
    },
  );
});

describe('names of strangers', () => {
  const hostile = {
    script: `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`,
    attribute: `" autofocus onfocus=alert(1) x="`,
    'reading direction': '\u202eevil\u2066 شركة كونتوسو',
    emoji: '👩‍👩‍👧‍👦🏳️‍🌈'.repeat(30),
    long: 'W'.repeat(500),
    accents: `Z${'\u0301'.repeat(499)}`,
    template: '{{constructor}} %s &amp; </title></textarea></bdi>',
  };

  const named = (answerer: Answerer, name: string): Answerer =>
    answerer.kind === 'new-organization'
      ? { kind: answerer.kind, values: { companyName: name, domain: name, country: name, firstName: name, lastName: name, email: name } }
      : { kind: answerer.kind, name, email: name };

  it.each(Object.entries(hostile))('do no harm as %s', (_kind, name) => {
    for (const language of languages)
      for (const state of invitationStates)
        for (const answerer of Object.values(answerers)) {
          const page = withoutScript(
            renderInvitationPage(
              props({
                language,
                state,
                handOver: { state: 'refused', isPossible: true, values: { adminName: name, adminEmail: name, adminNote: name } },
                companyName: name,
                recipientName: name,
                matchCode: name,
                answeredBy: name,
                answeredAt: new Date('2025-11-24T09:12:00Z'),
                declineReason: name,
                partner: { ...props().partner, name, contactName: name, contactEmail: name, webSite: name, country: 'ZZ' },
                answerer: named(answerer, name),
              }),
            ),
          );
          const head = page.slice(0, page.indexOf('</head>'));
          expect(page).not.toMatch(/<script|<img|\u202e|\u2066|\u0301{5}/);
          const withoutValues = page.replace(/="[^"]*"/g, '');
          expect(withoutValues.match(/<[a-z][^>]*(\son\w+|=)/i)).toBeNull();
          expect(head.match(/<title>/g)).toHaveLength(1);
          expect((/<title>(.*)<\/title>/.exec(page)?.[1] ?? '').length).toBeLessThan(1500);
          expect(page.length).toBeLessThan(100_000);
          for (const element of ['main', 'form', 'details', 'div', 'bdi', 'textarea', 'title'])
            expect(tags(page, element).length, element).toBe(page.split(`</${element}>`).length - 1);
        }
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'https://user:secret@fabrikam.example/', 'not an address', '//evil.example'])(
    'never become a link of a web site that is %s',
    (webSite) => {
      const page = renderInvitationPage(props({ partner: { ...props().partner, webSite } }));
      expect(page).not.toMatch(/<a [^>]*target="_blank"/);
    },
  );
});

describe('pages without an invitation', () => {
  it.each(languages)('a link that is none of ours says so in %s, always the same', (language) => {
    const page = renderLinkInvalidPage({ language });
    expectSoundPage(page, language);
    expect(page).toBe(renderLinkInvalidPage({ language }));
    expect(actions(page)).toEqual([]);
    expect(page).toContain(`href="?language=${language === 'en' ? 'ja' : 'en'}"`);
  });

  it.each(errorPageKinds)('there is a page for %s', (kind) => {
    for (const language of languages) expectSoundPage(renderErrorPage({ language, kind }), language);
  });
});

describe('the script', () => {
  it('is served under a name that carries its content, and believes no event that a script has made', () => {
    expect(visitScriptPath).toMatch(/^\/pages\/visit-[0-9a-f]{12}\.js$/);
    expect(visitScript).toContain('event.isTrusted');
    expect(visitScript.length).toBeLessThan(1500);
    expect(visitScript).not.toMatch(/https?:|cookie|localStorage|innerHTML|fetch|'scroll'/);
  });
});

describe('the style', () => {
  it('asks nobody else for anything and has its content in its name', () => {
    expect(style).not.toMatch(/url\(|@import|<\//);
    expect(stylePath).toMatch(/^\/pages\/style-[0-9a-f]{12}\.css$/);
  });

  it('has each pair of colours for text readable in light and dark (AA)', () => {
    const [light = '', dark = ''] = style.match(/:root \{[^}]*\}/g) ?? [];
    const colours = (block: string) =>
      Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value ?? '']));
    const luminance = (hex: string) => {
      const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
        const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
        return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a: string, b: string) => {
      const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
      return (high + 0.05) / (low + 0.05);
    };
    for (const theme of [colours(light), colours(dark)]) {
      const colour = (name: string) => theme[name] ?? '';
      for (const text of ['text', 'quiet', 'accent-text', 'error'])
        for (const ground of ['ground', 'card', 'sunken'])
          expect(contrast(colour(text), colour(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      for (const kind of ['error', 'yes', 'warn', 'text']) {
        const tint = kind === 'text' ? 'error-tint' : `${kind}-tint`;
        expect(contrast(colour(kind), colour(tint)), `${kind} on ${tint}`).toBeGreaterThanOrEqual(4.5);
      }
      for (const button of ['accent', 'accent-hover'])
        expect(contrast('#ffffff', colour(button)), `white on ${button}`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour('border'), colour('card')), 'edge of a field').toBeGreaterThanOrEqual(3);
    }
  });
});
