import { type Context, leads, newId, type Transaction, transact } from '@clientele/db';
import { type Language, type LeadType, leadMoments, type NewEvent } from '@clientele/domain';
import { userIdOf } from '../access.ts';
import { demandLeads } from './feature.ts';
import { tellPeople } from './tell.ts';
import { type LeadView, loadLead } from './view.ts';

export interface NewLead {
  type: Exclude<LeadType, 'customer-enquiry'>;
  companyName: string;
  firstName: string;
  lastName: string;
  email: string;
  phone?: string | undefined;
  country: string;
  language: Language;
  products: string[];
  services: string[];
  companySize?: string | undefined;
  message: string;
  urgent: boolean;
}

/** Enters a lead by hand. Nobody is written to: whoever enters it knows, and the others find it on the board. */
export async function enterLead(ctx: Context, input: NewLead): Promise<LeadView> {
  demandLeads(ctx, 'leads.manage');
  const id = newId();
  const { urgent, phone = null, companySize = null, ...rest } = input;
  return transact(ctx, async (tx) => {
    await tx.insert(leads).values({
      ...rest,
      ...{ id, phone, companySize, partnerId: ctx.partner.id, state: 'received', receivedAt: ctx.now, createdBy: userIdOf(ctx) },
      ...leadMoments(ctx.now, urgent),
    });
    return { result: await loadLead(ctx, tx, id), events: [{ type: 'lead.received', data: { leadId: id, leadType: input.type } }] };
  });
}

/** A lead that came by itself is told of to the partner's people. */
export async function receivedEvents(ctx: Context, tx: Transaction, leadId: string): Promise<NewEvent[]> {
  return [
    { type: 'lead.received', data: { leadId, leadType: 'customer-enquiry' } },
    ...(await tellPeople(ctx, tx, 'lead_received_partner', { leadId })),
  ];
}
