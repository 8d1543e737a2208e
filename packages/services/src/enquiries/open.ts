import {
  type Context,
  type EnquiryContent,
  enquiries,
  findPartner,
  type LeadRecord,
  leads,
  read,
  type Transaction,
  transact,
} from '@clientele/db';
import { type Cloud, isUrgentLead, type Language, type LeadState, leadMoments, leadStateAt, Refusal } from '@clientele/domain';
import { and, desc, eq, gt, sql } from 'drizzle-orm';
import { queueMail } from '../deliveries/queue.ts';
import type { Links } from '../invitations/links.ts';
import { receivedEvents } from '../leads/enter.ts';
import { enquiryDays, fingerprintOf } from './send.ts';

type Base = Pick<Context, 'db' | 'requestId' | 'now' | 'committed'> & { cloud: Cloud };

const invalid = () => new Refusal('link_invalid', 'This link is not one of ours, or what it was about is deleted.');

/** The context of whoever holds the link of an enquiry. Throws `link_invalid` for anything else, and for one that nobody has confirmed in time. */
async function contextOf(base: Base, links: Links, token: string): Promise<{ ctx: Context; id: string }> {
  const id = links.enquiry.enquiryIdOf(token);
  if (!id || !links.enquiry.proves(token, id)) throw invalid();
  const [found] = await base.db.sql<{ partner: string | null }[]>`select enquiry_partner(${id}) as partner`;
  const partner = found?.partner ? await findPartner(base.db, found.partner) : null;
  if (!partner || partner.cloud !== base.cloud) throw invalid();
  return { ctx: { ...base, partner, actor: { kind: 'customer', id: null } }, id };
}

/** An enquiry as the person who has sent it sees it. `unconfirmed`: the partner knows nothing of it yet. */
export interface OpenEnquiry extends EnquiryContent {
  state: 'unconfirmed' | LeadState;
  email: string;
  language: Language;
  partnerName: string;
  profileId: string | null;
  /** When it was sent: confirmed, or typed. */
  at: Date;
  expiresAt: Date | null;
  answeredAt: Date | null;
  /** Why the partner has declined it. What was lost later is the partner's own affair. */
  reason: string | null;
}

/** What the page behind the link shows. Reading it changes nothing, whoever or whatever reads. */
export async function openEnquiry(base: Base, links: Links, token: string): Promise<OpenEnquiry> {
  const { ctx, id } = await contextOf(base, links, token);
  return read(ctx, async (tx) => {
    const [lead] = await tx.select().from(leads).where(eq(leads.id, id));
    if (lead) return ofLead(ctx, lead);
    const [enquiry] = await tx.select().from(enquiries).where(eq(enquiries.id, id));
    if (!enquiry) throw invalid();
    const { content, email, language, profileId, createdAt } = enquiry;
    return {
      ...content,
      ...{ state: 'unconfirmed' as const, email, language, profileId, partnerName: ctx.partner.name },
      ...{ at: createdAt, expiresAt: null, answeredAt: null, reason: null },
    };
  });
}

function ofLead(ctx: Context, lead: LeadRecord): OpenEnquiry {
  const { companyName, firstName, lastName, phone, country, products, services, companySize, message, email, language, profileId } = lead;
  return {
    ...{
      companyName,
      firstName,
      lastName,
      phone: phone ?? undefined,
      country,
      products,
      services,
      companySize: companySize ?? undefined,
      message,
    },
    ...{
      email,
      language,
      profileId,
      partnerName: ctx.partner.name,
      at: lead.receivedAt,
      expiresAt: lead.expiresAt,
      answeredAt: lead.answeredAt,
    },
    urgent: isUrgentLead(lead, ctx.now),
    state: leadStateAt(lead, ctx.now),
    reason: lead.state === 'declined' ? lead.reason : null,
  };
}

/**
 * The mailbox has confirmed its enquiry: it becomes a lead with the same id, the partner's people are told, and the sender gets a copy. Once, however often it is
 * pressed. One that says the same as a lead which still waits is not a second lead. Gives the id of the lead.
 */
export async function confirmEnquiry(base: Base, links: Links, token: string): Promise<{ leadId: string }> {
  const { ctx, id } = await contextOf(base, links, token);
  return transact(ctx, async (tx) => {
    const [enquiry] = await tx.delete(enquiries).where(eq(enquiries.id, id)).returning();
    if (!enquiry) {
      const [lead] = await tx.select({ id: leads.id }).from(leads).where(eq(leads.id, id));
      if (!lead) throw invalid();
      return { result: { leadId: id }, events: [] };
    }
    const { content, email, language, profileId } = enquiry;
    const same = await sameAs(ctx, tx, email, content);
    if (same) return { result: { leadId: same }, events: [] };
    const { urgent, phone = null, companySize = null, ...rest } = content;
    await tx.insert(leads).values({
      ...rest,
      ...{
        id,
        phone,
        companySize,
        email,
        language,
        profileId,
        partnerId: ctx.partner.id,
        type: 'customer-enquiry',
        state: 'received',
        receivedAt: ctx.now,
      },
      ...leadMoments(ctx.now, urgent),
    });
    const copy = await queueMail(ctx, tx, { kind: 'enquiry_received_customer', recipient: email, language, facts: { leadId: id } });
    return { result: { leadId: id }, events: [...(await receivedEvents(ctx, tx, id)), copy] };
  });
}

/** A lead of the same mailbox that says the same and waits. */
async function sameAs(ctx: Context, tx: Transaction, email: string, content: EnquiryContent): Promise<string | undefined> {
  const waiting = await tx
    .select({ id: leads.id, companyName: leads.companyName, message: leads.message })
    .from(leads)
    .where(
      and(
        eq(leads.partnerId, ctx.partner.id),
        eq(sql`lower(${leads.email})`, email.toLowerCase()),
        eq(leads.state, 'received'),
        gt(leads.expiresAt, ctx.now),
      ),
    )
    .orderBy(desc(leads.receivedAt))
    .limit(50);
  const wanted = fingerprintOf(email, content);
  return waiting.find((one) => fingerprintOf(email, one) === wanted)?.id;
}

/** Where other partners for the same are found: "find a partner", filled in. */
export function otherPartnersPath({
  country,
  products,
  services,
  companySize,
}: Pick<EnquiryContent, 'country' | 'products' | 'services'> & { companySize?: string | null | undefined }): string {
  const query = new URLSearchParams({ country });
  for (const id of products) query.append('products', id);
  for (const id of services) query.append('services', id);
  if (companySize) query.append('companySizes', companySize);
  return `/find-a-partner?${query}`;
}

/** Removes what nobody has confirmed in time. Gives how many. */
export async function forgetOldEnquiries({ db, now }: { db: Context['db']; now: Date }): Promise<number> {
  const before = new Date(now.getTime() - enquiryDays * 86_400_000).toISOString();
  const [row] = await db.sql<{ removed: string }[]>`select forget_old_enquiries(${before}) as removed`;
  return Number(row?.removed ?? 0);
}
