import { type Context, type MailTemplateRecord, mailTemplates, type Transaction, transact, users } from '@clientele/db';
import { checkTemplate, type Language, type MailText, Refusal, refuseFields, type TemplateKind } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { loadTemplate, type TemplateView } from './view.ts';

interface Which {
  kind: TemplateKind;
  language: Language;
  /** The version that the editor has seen; 0 for the standard text. */
  version: number;
}

/** Gives a mail the partner's own subject and text. Throws `conflict`, saying who, when somebody was quicker. */
export async function changeTemplate(ctx: Context, { kind, language, version, subject, message }: Which & MailText): Promise<TemplateView> {
  demand(ctx, 'partner.manage');
  const text = { subject: subject.trim(), message: message.replace(/\r\n?/g, '\n').trim() };
  refuseFields(checkTemplate(text));
  return transact(ctx, async (tx) => {
    const row = await lockTemplate(ctx, tx, kind, language);
    if ((row?.version ?? 0) !== version) throw await changedMeanwhile(tx, row);
    if (row?.subject === text.subject && row.message === text.message)
      return { result: await loadTemplate(ctx, tx, kind, language), events: [] };
    const values = { ...text, version: version + 1, changedBy: userIdOf(ctx), changedAt: ctx.now };
    const saved = row
      ? await tx
          .update(mailTemplates)
          .set(values)
          .where(isVersion(ctx, kind, language, version))
          .returning({ kind: mailTemplates.kind })
      : await tx
          .insert(mailTemplates)
          .values({ partnerId: ctx.partner.id, kind, language, ...values })
          .onConflictDoNothing()
          .returning({ kind: mailTemplates.kind });
    if (saved.length === 0) throw await changedMeanwhile(tx, undefined);
    return {
      result: await loadTemplate(ctx, tx, kind, language),
      events: [{ type: 'partner.template_changed', data: { template: kind, language } }],
    };
  });
}

/** Back to the standard text. Throws `conflict` when somebody was quicker. */
export async function resetTemplate(ctx: Context, { kind, language, version }: Which): Promise<TemplateView> {
  demand(ctx, 'partner.manage');
  return transact(ctx, async (tx) => {
    const row = await lockTemplate(ctx, tx, kind, language);
    if ((row?.version ?? 0) !== version) throw await changedMeanwhile(tx, row);
    if (!row) return { result: await loadTemplate(ctx, tx, kind, language), events: [] };
    await tx.delete(mailTemplates).where(isVersion(ctx, kind, language, version));
    return {
      result: await loadTemplate(ctx, tx, kind, language),
      events: [{ type: 'partner.template_reset', data: { template: kind, language } }],
    };
  });
}

const isOne = (ctx: Context, kind: TemplateKind, language: Language) =>
  and(eq(mailTemplates.partnerId, ctx.partner.id), eq(mailTemplates.kind, kind), eq(mailTemplates.language, language));
const isVersion = (ctx: Context, kind: TemplateKind, language: Language, version: number) =>
  and(isOne(ctx, kind, language), eq(mailTemplates.version, version));

async function lockTemplate(
  ctx: Context,
  tx: Transaction,
  kind: TemplateKind,
  language: Language,
): Promise<MailTemplateRecord | undefined> {
  const [row] = await tx
    .select()
    .from(mailTemplates)
    .where(isOne(ctx, kind, language))
    .for('update');
  return row;
}

async function changedMeanwhile(tx: Transaction, row: MailTemplateRecord | undefined): Promise<Refusal> {
  const [author] = row ? await tx.select({ name: users.name }).from(users).where(eq(users.id, row.changedBy)) : [];
  return new Refusal('conflict', 'Somebody changed this text meanwhile.', {
    details: { version: row?.version ?? 0, by: author ? [author.name] : [], at: row?.changedAt.toISOString() ?? null },
  });
}
