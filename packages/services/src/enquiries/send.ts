import { createHash } from 'node:crypto';
import { type Context, type EnquiryContent, enquiries, newId, transact } from '@clientele/db';
import { type Language, profileProducts, profileServices, profileSizes, refuseFields } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { openPublishedProfile, type PublicBase, type PublishedProfile } from '../business-profiles/open.ts';
import { queueMail } from '../deliveries/queue.ts';

/** So many days an enquiry waits for its sender to confirm it. What is not confirmed is deleted then. */
export const enquiryDays = 3;

export interface NewEnquiry extends EnquiryContent {
  email: string;
  language: Language;
}

/**
 * Keeps an enquiry until its mailbox has confirmed it, and sends the mail that asks for that. The partner sees nothing of it before. The same form of the
 * same mailbox again is the same enquiry: its mail goes out once more. Throws `not_found` for a profile that is not published.
 */
export async function sendEnquiry(
  base: PublicBase & Pick<Context, 'requestId' | 'now' | 'committed'>,
  profileId: string,
  { email, language, ...content }: NewEnquiry,
): Promise<{ partnerName: string }> {
  const profile = await openPublishedProfile(base, profileId);
  refuseFields([
    ...content.products.flatMap((id, index) =>
      isOne(profileProducts, id) ? [] : [{ path: `products.${index}`, rule: 'choice' as const }],
    ),
    ...content.services.flatMap((id, index) =>
      isOne(profileServices, id) ? [] : [{ path: `services.${index}`, rule: 'choice' as const }],
    ),
    ...(content.companySize && !isOne(profileSizes, content.companySize) ? [{ path: 'companySize', rule: 'choice' as const }] : []),
  ]);
  const ctx = contextOfProfile(base, profile);
  const fingerprint = fingerprintOf(email, content);
  return transact(ctx, async (tx) => {
    const id = newId();
    const [made] = await tx
      .insert(enquiries)
      .values({ id, partnerId: ctx.partner.id, profileId, email, language, content, fingerprint, createdAt: ctx.now })
      .onConflictDoNothing()
      .returning({ id: enquiries.id });
    const [found] = made
      ? [made]
      : await tx
          .select({ id: enquiries.id })
          .from(enquiries)
          .where(and(eq(enquiries.partnerId, ctx.partner.id), eq(enquiries.fingerprint, fingerprint)));
    const mail = await queueMail(ctx, tx, {
      kind: 'enquiry_confirm_customer',
      recipient: email,
      language,
      facts: { leadId: found?.id ?? id },
    });
    return { result: { partnerName: profile.partner.name }, events: [mail] };
  });
}

const isOne = (choices: readonly { id: string }[], id: string) => choices.some((choice) => choice.id === id);

function contextOfProfile(base: Omit<Context, 'actor' | 'partner'>, { partner }: PublishedProfile): Context {
  return { ...base, partner, actor: { kind: 'customer', id: null } };
}

const folded = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/** What makes two enquiries of one partner the same: mailbox, company and message, but for case and blanks. */
export function fingerprintOf(email: string, { companyName, message }: Pick<EnquiryContent, 'companyName' | 'message'>): string {
  return createHash('sha256').update([email, companyName, message].map(folded).join('\0')).digest('base64url');
}
