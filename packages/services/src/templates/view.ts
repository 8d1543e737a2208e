import { type Context, mailTemplates, read, type Transaction, users } from '@clientele/db';
import { type InvitationPurpose, type Language, languages, type MailText, type TemplateKind, templateKinds } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { type Allowed, allow } from '../access.ts';

/** The mail by which a customer is asked, for each purpose; null: the partner has no text of its own for it. */
export const templateOfPurpose: Record<InvitationPurpose, TemplateKind | null> = {
  relationship: 'invitation',
  reinstate: 'reinstate',
  'delegated-admin': null,
  partnership: null,
};

/** What the partner has written itself for a mail; nothing where the standard text is used. */
export type OwnTexts = (kind: TemplateKind, language: Language) => MailText | undefined;

/** Everything that the partner has written, in one question. */
export async function ownTextsOf(ctx: Context, tx: Transaction): Promise<OwnTexts> {
  const rows = await tx.select().from(mailTemplates).where(eq(mailTemplates.partnerId, ctx.partner.id));
  return (kind, language) => rows.find((row) => row.kind === kind && row.language === language);
}

/** The same for one mail, to make a draft of it. */
export async function findOwnText(ctx: Context, kind: TemplateKind | null, language: Language): Promise<MailText | undefined> {
  if (kind === null) return undefined;
  return (await read(ctx, (tx) => ownTextsOf(ctx, tx)))(kind, language);
}

/** A template as the settings show it. `own` is null while the standard text is used. */
export interface TemplateView {
  kind: TemplateKind;
  language: Language;
  own: MailText | null;
  /** 0 while the standard text is used. */
  version: number;
  changedBy: string | null;
  changedAt: Date | null;
  actions: { change: Allowed };
}

/** Every mail that has a text of its own, in every language. */
export async function listTemplates(ctx: Context): Promise<TemplateView[]> {
  return read(ctx, (tx) => loadTemplates(ctx, tx));
}

/** One of them. */
export async function loadTemplate(ctx: Context, tx: Transaction, kind: TemplateKind, language: Language): Promise<TemplateView> {
  const all = await loadTemplates(ctx, tx);
  return all.find((one) => one.kind === kind && one.language === language) as TemplateView;
}

async function loadTemplates(ctx: Context, tx: Transaction): Promise<TemplateView[]> {
  const rows = await tx
    .select({ template: mailTemplates, by: users.name })
    .from(mailTemplates)
    .leftJoin(users, eq(users.id, mailTemplates.changedBy))
    .where(eq(mailTemplates.partnerId, ctx.partner.id));
  const actions = { change: allow(ctx, 'partner.manage', true, '') };
  return templateKinds.flatMap((kind) =>
    languages.map((language) => {
      const found = rows.find(({ template }) => template.kind === kind && template.language === language);
      return {
        ...{ kind, language, actions },
        own: found ? { subject: found.template.subject, message: found.template.message } : null,
        version: found?.template.version ?? 0,
        changedBy: found?.by ?? null,
        changedAt: found?.template.changedAt ?? null,
      };
    }),
  );
}
