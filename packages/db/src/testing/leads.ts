import { type LeadState, type LeadType, leadMoments } from '@clientele/domain';
import type { Sql } from 'postgres';
import { newId } from '../ids.ts';
import type { EnquiryContent } from '../schema/index.ts';
import { insertRow } from './builders.ts';

let count = 0;
const unique = () => `${process.pid.toString(36)}${Date.now().toString(36).slice(-4)}l${(++count).toString(36)}`;

interface TestLead {
  id: string;
  partnerId: string;
  companyName: string;
  email: string;
  expiresAt: Date;
}

/** A lead that somebody has just sent, or with what its state needs besides. */
export async function aLead(
  sql: Sql,
  partner: { id: string },
  more: Partial<{
    id: string;
    type: LeadType;
    state: LeadState;
    companyName: string;
    firstName: string;
    lastName: string;
    email: string;
    language: 'en' | 'ja';
    country: string;
    receivedAt: Date;
    expiresAt: Date;
    urgentUntil: Date | null;
    warnAt: Date | null;
    profileId: string;
    createdBy: string;
    answeredAt: Date;
    answeredBy: string;
    closedAt: Date;
    closedBy: string;
    reason: string;
    dealName: string;
    amount: number;
    currency: string;
    closeDate: string;
    note: string;
    message: string;
    phone: string;
    products: string[];
    services: string[];
    companySize: string;
    crmId: string;
    campaignId: string;
    team: string[];
    customerId: string;
    invitationId: string;
  }> = {},
): Promise<TestLead> {
  const { state = 'received', receivedAt = new Date() } = more;
  const mark = unique();
  const isAnswered = state !== 'received' && state !== 'expired';
  const isDeal = isAnswered && state !== 'declined';
  const row = {
    id: newId(),
    partnerId: partner.id,
    type: 'customer-enquiry',
    state,
    companyName: `Company ${mark}`,
    firstName: 'Megan',
    lastName: 'Bowen',
    email: `lead-${mark}@customers.example`,
    country: 'JP',
    language: 'en',
    message: 'We would like to move to the cloud.',
    receivedAt,
    ...leadMoments(receivedAt, false),
    ...(isAnswered ? { answeredAt: receivedAt, warnAt: null } : {}),
    ...(state === 'declined' || state === 'lost' ? { reason: 'Not what we do.' } : {}),
    ...(isDeal ? { dealName: `Deal ${mark}`, amount: 1200, currency: 'USD', closeDate: '2027-01-31', note: 'Called.' } : {}),
    ...(state === 'won' || state === 'lost' ? { closedAt: receivedAt } : {}),
    ...more,
  };
  await insertRow(sql, 'leads', row);
  return row;
}

export async function aLeadNote(
  sql: Sql,
  lead: { id: string; partnerId: string },
  author: { id: string },
  text = 'Called back.',
): Promise<void> {
  await insertRow(sql, 'lead_notes', {
    id: newId(),
    partnerId: lead.partnerId,
    leadId: lead.id,
    text,
    createdBy: author.id,
    createdAt: new Date(),
  });
}

export async function aLeadFavourite(sql: Sql, lead: { id: string; partnerId: string }, user: { id: string }): Promise<void> {
  await insertRow(sql, 'lead_favourites', { partnerId: lead.partnerId, leadId: lead.id, userId: user.id });
}

/** An enquiry whose sender has not confirmed it yet. */
export async function anEnquiry(
  sql: Sql,
  partner: { id: string },
  more: Partial<{ email: string; language: 'en' | 'ja'; profileId: string; createdAt: Date; content: EnquiryContent }> = {},
): Promise<{ id: string; email: string }> {
  const mark = unique();
  const row = {
    id: newId(),
    partnerId: partner.id,
    profileId: newId(),
    email: `enquiry-${mark}@customers.example`,
    language: 'en',
    content: {
      companyName: `Company ${mark}`,
      firstName: 'Megan',
      lastName: 'Bowen',
      country: 'JP',
      products: [],
      services: [],
      message: 'Hello.',
      urgent: false,
    },
    fingerprint: mark,
    createdAt: new Date(),
    ...more,
  };
  await insertRow(sql, 'enquiries', { ...row, content: row.content as unknown as Record<string, unknown> });
  return row;
}
