import { type Context, newId, type PartnerOfContext } from '@clientele/db';
import { defaultInvitationMessage } from '@clientele/mail';
import { type Links, requestPartnership } from '@clientele/services';
import type postgres from 'postgres';

const day = 86_400_000;

/** Resellers besides those that the customers are served through. */
const more = [
  ...['Adatum Resale', 'Blue Yonder IT', 'Coho Systems', 'Fourth Street Computing', '北星システム販売', 'Humongous Resale', 'Lakeshore IT'],
  ...['Munson Reselling', '名和ITサービス', 'Nod Systems', 'Olive Resale', 'Parnell Computing', 'Ridgeway IT', 'Tasmanian Traders IT'],
  ...['Trey Resale', 'Vigor Systems'],
];

/** The reseller whose person can sign in. */
const reseller = {
  company: 'Bellows Reselling',
  name: 'Rina Sokolov',
  email: 'rina@bellows.example',
  role: 'global admin of the reseller Bellows Reselling',
};
const secondProvider = { company: 'Tailspin Distribution', name: 'Ines Duarte', email: 'ines@tailspin.example' };
const thirdProvider = { company: 'Lucerne Distribution', name: 'Beat Frei', email: 'beat@lucerne.example' };

/**
 * A provider with some twenty resellers, requests that are still open, and one reseller who signs in and has two providers. What takes a mail to
 * answer comes later, by `askReseller`.
 */
export async function addPartnerships(owner: postgres.Sql, partner: PartnerOfContext, author: string, hash: string, now: Date) {
  const ago = (days: number) => new Date(now.getTime() - days * day);
  const person = async (partnerId: string, { name, email }: { name: string; email: string }) => {
    const id = newId();
    await owner`insert into users ${owner({ id, name, email, language: 'en', email_verified: true })}`;
    await owner`insert into accounts ${owner({ id: newId(), account_id: id, provider_id: 'credential', user_id: id, password: hash })}`;
    await owner`insert into partner_users ${owner({ partner_id: partnerId, user_id: id, roles: ['global-admin'], created_at: ago(500) })}`;
    return { id, name, email };
  };
  const partnership = (providerId: string, resellerId: string, companyName: string, daysAgo: number, removed: object = {}) =>
    owner`insert into partnerships ${owner({
      ...{ id: newId(), provider_id: providerId, reseller_id: resellerId, state: 'active', company_name: companyName },
      ...{ requested_by: author, requested_at: ago(daysAgo + 3), since: ago(daysAgo), version: 2 },
      ...removed,
    } as never)}`;

  const served = await owner<
    { id: string; name: string }[]
  >`select id, name from partners where type = 'indirect-reseller' and cloud = ${partner.cloud} order by name`;
  const others = more.map((name, index) => ({
    id: newId(),
    name,
    country: /[^\x20-\x7e]/.test(name) ? 'JP' : (['US', 'DE', 'CH', 'GB'][index % 4] ?? 'US'),
  }));
  for (const { id, name, country } of others)
    await owner`insert into partners ${owner({ id, name, country, type: 'indirect-reseller', cloud: partner.cloud, created_at: ago(600) })}`;
  const all = [...served, ...others];
  for (const [index, { id, name }] of all.entries()) {
    // One has gone, at its own wish, and one at the provider's.
    const gone = index === all.length - 2 ? id : index === all.length - 3 ? partner.id : null;
    const removed = gone
      ? { state: 'removed', removed_at: ago(20 + index), removed_by_partner: gone, removed_by: gone === partner.id ? author : null }
      : {};
    await partnership(partner.id, id, name, 40 + ((index * 53) % 400), removed);
  }

  const bellows = served.find(({ name }) => name === reseller.company);
  const signsIn = bellows ? await person(bellows.id, reseller) : null;
  const distributors = [];
  for (const { company, ...who } of [secondProvider, thirdProvider]) {
    const provider = { id: newId(), name: company, type: 'indirect-provider', cloud: partner.cloud, country: 'CH' } as const;
    await owner`insert into partners ${owner({ ...provider, web_site: `https://${who.email.split('@')[1]}`, created_at: ago(900) })}`;
    distributors.push({ provider, person: await person(provider.id, who) });
  }
  const [second] = distributors;
  if (bellows && second) await partnership(second.provider.id, bellows.id, bellows.name, 150);
  // Some of the customers that the provider serves through it the reseller serves itself as well.
  if (bellows)
    await owner`
      insert into customers (id, partner_id, organization_id, company_name, domain, country, contact, language, relationship, relationship_since, agreement_accepted_at, agreement_by, created_at)
      select gen_random_uuid(), ${bellows.id}, organization_id, company_name, domain, country, contact, language, 'active', relationship_since, agreement_accepted_at, agreement_by, created_at
      from customers where partner_id = ${partner.id} and indirect_reseller_id = ${bellows.id} and relationship = 'active' order by id limit 12`;

  await request('Wingtip Resale', 'Mia Hoffman', 'mia@wingtip.example', 2, 'sent', '250 2.0.0 OK');
  await request('みなとリセール', '小川 翔', 'sho@minato.example', 1, 'bounced', '550 5.1.1 No such user here');
  await request('Proseware Resale', 'Ola Nyberg', 'ola@proseware-resale.example', 9, 'sent', '250 2.0.0 OK', 'declined');
  const { name, email, role } = reseller;
  return { account: signsIn ? { name, email, role } : null, third: distributors[1] };

  async function request(
    company: string,
    name: string,
    email: string,
    days: number,
    mail: 'sent' | 'bounced',
    answer: string,
    ended?: 'declined',
  ) {
    const [id, deliveryId, at] = [newId(), newId(), ago(days)];
    const language = /[^\x20-\x7e]/.test(company) ? 'ja' : 'en';
    const over = ended ? ago(days - 2) : null;
    await owner`insert into invitations ${owner({
      ...{ id, partner_id: partner.id, purpose: 'partnership', email, recipient_name: name, company_name: company, language },
      ...{ delegated_admin: false, state: ended ?? 'pending', expires_at: new Date(at.getTime() + 14 * day), created_by: author },
      ...{ created_at: at, answered_at: over, decline_reason: ended ? 'We work with one provider for the time being.' : null },
      message: defaultInvitationMessage({
        purpose: 'partnership',
        partnerName: partner.name,
        recipientName: name,
        companyName: company,
        language,
      }),
    })}`;
    await owner`insert into partnerships ${owner({
      ...{ id: newId(), provider_id: partner.id, state: ended ? 'removed' : 'requested', invitation_id: id, company_name: company },
      ...{ requested_by: author, requested_at: at, removed_at: over },
    })}`;
    await owner`insert into deliveries ${owner({
      ...{
        id: deliveryId,
        partner_id: partner.id,
        kind: 'invitation',
        invitation_id: id,
        recipient: email,
        language,
        facts: owner.json({}),
      },
      ...{ state: mail, attempts: 1, next_attempt_at: at, message_id: `<${deliveryId}@clientele.mail>`, server_answer: answer },
      ...{ queued_at: at, sent_at: mail === 'sent' ? at : null },
    })}`;
  }
}

/** One more provider asks the reseller that signs in: its mail lies in the inbox, to be accepted. */
export async function askReseller(
  { db }: Pick<Context, 'db'>,
  links: Links,
  { provider, person }: { provider: PartnerOfContext; person: { id: string; name: string; email: string } },
): Promise<void> {
  const ctx: Context = {
    db,
    partner: provider,
    actor: { kind: 'partner-user', ...person, roles: ['global-admin'] },
    requestId: 'demo',
    now: new Date(),
  };
  await requestPartnership(ctx, links, {
    ...{ email: reseller.email, recipientName: reseller.name, companyName: reseller.company, language: 'en', sendMail: true },
    message: defaultInvitationMessage({
      purpose: 'partnership',
      partnerName: provider.name,
      recipientName: reseller.name,
      companyName: reseller.company,
      language: 'en',
    }),
  });
}
