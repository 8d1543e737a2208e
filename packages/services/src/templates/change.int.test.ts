import { aContext, aMailTemplate, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { languages, type Role, templateKinds } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { createInvitation } from '../invitations/create.ts';
import { links, outcomeOf, refusalOf } from '../testing/acts.ts';
import { changeTemplate, resetTemplate } from './change.ts';
import { findOwnText, listTemplates } from './view.ts';

const test = useTestDatabase();

async function setting(roles: Role[] = ['global-admin']) {
  const partner = await aPartner(test.sql, { name: 'Northbridge' });
  const author = await aPartnerUser(test.sql, partner, roles);
  return { partner, author, ctx: aContext(test.api, partner, author) };
}
const which = { kind: 'invitation', language: 'en', version: 0 } as const;
const text = { subject: '{partner} has a question for {company}', message: 'Dear {recipient},\n\n{link}\n\n{partner}' };

describe('a partner’s own text of a mail', () => {
  it('is there for every mail in every language, standard until it is written', async () => {
    const { ctx } = await setting(['helpdesk-agent']);
    const all = await listTemplates(ctx);
    expect(all.map(({ kind, language }) => `${kind} ${language}`)).toEqual(
      templateKinds.flatMap((kind) => languages.map((language) => `${kind} ${language}`)),
    );
    for (const one of all)
      expect(one).toMatchObject({
        own: null,
        version: 0,
        changedBy: null,
        actions: { change: { allowed: false, needs: ['global-admin'] } },
      });
  });

  it('is written, changed and given up by a global admin; the log says which, and none of the text', async () => {
    const { ctx, partner, author } = await setting();
    const first = await changeTemplate(ctx, {
      ...which,
      ...text,
      subject: `  ${text.subject} `,
      message: `${text.message.replaceAll('\n', '\r\n')}\n`,
    });
    expect(first).toMatchObject({ ...which, own: text, version: 1, changedBy: author.name, changedAt: ctx.now });
    expect(await findOwnText(ctx, 'invitation', 'en')).toMatchObject(text);
    expect(await findOwnText(ctx, 'invitation', 'ja')).toBeUndefined();
    expect(await findOwnText((await setting()).ctx, 'invitation', 'en')).toBeUndefined();
    const second = await changeTemplate(ctx, { ...which, version: 1, ...text, subject: 'Another one' });
    expect(second).toMatchObject({ own: { subject: 'Another one' }, version: 2 });
    expect(await changeTemplate(ctx, { ...which, version: 2, ...text, subject: 'Another one' })).toMatchObject({ version: 2 });
    expect(await resetTemplate(ctx, { ...which, version: 2 })).toMatchObject({ own: null, version: 0 });
    const events = await test.sql`select type, data from events where partner_id = ${partner.id} order by id`;
    expect(events.map(({ type }) => type)).toEqual(['partner.template_changed', 'partner.template_changed', 'partner.template_reset']);
    expect(events[0]?.data).toEqual({ template: 'invitation', language: 'en' });
  });

  it('is refused with the place of each fault, and nothing is kept', async () => {
    const { ctx } = await setting();
    expect((await refusalOf(changeTemplate(ctx, { ...which, subject: 'For {compnay}', message: 'no link' }))).fields).toEqual([
      { path: 'subject', rule: 'placeholder_unknown', params: { line: 1, column: 5, name: 'compnay' } },
      { path: 'message', rule: 'link_missing' },
    ]);
    expect(await findOwnText(ctx, 'invitation', 'en')).toBeUndefined();
  });

  it('needs the role, which the refusal names', async () => {
    const { ctx } = await setting(['admin-agent']);
    for (const act of [changeTemplate(ctx, { ...which, ...text }), resetTemplate(ctx, which)])
      expect(await refusalOf(act)).toMatchObject({ code: 'forbidden', details: { permission: 'partner.manage' } });
  });

  it('changed by several at once is changed by one, and the others hear who was quicker', async () => {
    const { ctx, author } = await setting();
    const write = (version: number) =>
      [1, 2, 3, 4].map((n) => outcomeOf(changeTemplate(ctx, { ...which, version, ...text, subject: `Number ${n} of ${version}` })));
    for (const version of [0, 1]) expect((await Promise.all(write(version))).sort()).toEqual(['conflict', 'conflict', 'conflict', 'done']);
    const both = await Promise.all([
      outcomeOf(resetTemplate(ctx, { ...which, version: 2 })),
      outcomeOf(changeTemplate(ctx, { ...which, version: 2, ...text })),
    ]);
    expect(both.sort()).toEqual(['conflict', 'done']);
    const { partner } = await setting();
    await aMailTemplate(test.sql, partner, author);
    expect(
      await refusalOf(changeTemplate(aContext(test.api, partner, { ...author, roles: ['global-admin'] }), { ...which, ...text })),
    ).toMatchObject({
      details: { version: 1, by: [author.name] },
    });
  });

  it('gives an invitation its subject, with the names in it, which stays when the text changes', async () => {
    const { ctx } = await setting();
    await changeTemplate(ctx, { ...which, ...text });
    const order = {
      email: 'megan@contoso.example',
      companyName: 'Contoso',
      language: 'en',
      delegatedAdmin: false,
      message: '{link}',
      sendMail: true,
    } as const;
    const { id } = await createInvitation(ctx, links, order);
    const japanese = await createInvitation(ctx, links, { ...order, email: 'aiko@contoso.example', language: 'ja' });
    await resetTemplate(ctx, { ...which, version: 1 });
    const subjectOf = async (invitation: string) => (await test.sql`select subject from invitations where id = ${invitation}`)[0]?.subject;
    expect(await subjectOf(id)).toBe('Northbridge has a question for Contoso');
    expect(await subjectOf(japanese.id)).toBeNull();
  });
});
