import { newId } from '@clientele/db';
import { type LeadState, type LeadType, leadDays, leadWarningAt, nextLeadWarningAt } from '@clientele/domain';
import type postgres from 'postgres';

const hour = 3_600_000;
const day = 24 * hour;

const companies: {
  name: string;
  person: [first: string, last: string];
  country: string;
  language: 'en' | 'ja';
  currency: string;
  scale: number;
}[] = [
  { name: 'Contoso Bakery', person: ['Megan', 'Bowen'], country: 'US', language: 'en', currency: 'USD', scale: 1 },
  { name: '青空観光株式会社', person: ['花子', '佐藤'], country: 'JP', language: 'ja', currency: 'JPY', scale: 150 },
  { name: 'Adatum Logistics', person: ['Pradeep', 'Gupta'], country: 'GB', language: 'en', currency: 'GBP', scale: 0.8 },
  { name: 'Fabrikam Residences', person: ['Lidia', 'Holloway'], country: 'DE', language: 'en', currency: 'EUR', scale: 0.9 },
  { name: 'みなと歯科クリニック', person: ['健太', '高橋'], country: 'JP', language: 'ja', currency: 'JPY', scale: 150 },
  { name: 'Tailspin Toys', person: ['Johanna', 'Lorenz'], country: 'US', language: 'en', currency: 'USD', scale: 1 },
  { name: 'Wide World Importers', person: ['Isaiah', 'Langer'], country: 'US', language: 'en', currency: 'USD', scale: 1 },
  { name: 'Proseware Legal', person: ['Diego', 'Siciliani'], country: 'FR', language: 'en', currency: 'EUR', scale: 0.9 },
  { name: '北斗製作所', person: ['誠', '鈴木'], country: 'JP', language: 'ja', currency: 'JPY', scale: 150 },
  { name: 'Lucerne Publishing', person: ['Grady', 'Archie'], country: 'CH', language: 'en', currency: 'CHF', scale: 0.9 },
  { name: 'Trey Research', person: ['Nestor', 'Wilke'], country: 'CA', language: 'en', currency: 'CAD', scale: 1.3 },
  { name: 'Graphic Design Institute', person: ['Alex', 'Wilber'], country: 'US', language: 'en', currency: 'USD', scale: 1 },
];
const wishes: { en: string; ja: string; products: string[]; services: string[]; size: string; deal: string }[] = [
  {
    en: 'We would like to move 40 people from an old mail server before spring. Who could do that, and what would it cost?',
    ja: '春までに、古いメール サーバーから 40 名を移行したいと考えています。ご対応いただけますか。費用も教えてください。',
    products: ['microsoft-365'],
    services: ['migration', 'training'],
    size: '10-49',
    deal: 'Mail migration',
  },
  {
    en: 'Our branch offices need phones in Teams, with numbers in three countries.',
    ja: '3 か国の拠点で Teams の電話を利用したいと考えています。',
    products: ['teams-phone'],
    services: ['deployment'],
    size: '250-999',
    deal: 'Phones for branch offices',
  },
  {
    en: 'We are looking for somebody who looks after our Azure subscriptions and tells us where we pay too much.',
    ja: 'Azure の運用と、コストの見直しをお願いできるパートナーを探しています。',
    products: ['azure'],
    services: ['managed-services', 'assessment'],
    size: '50-249',
    deal: 'Managed Azure',
  },
  {
    en: 'After a break-in we want to know how safe we are.\n\nPlease call in the morning.',
    ja: '不正アクセスがありました。現状の安全性を診断していただきたいです。\n\n午前中にお電話ください。',
    products: ['security'],
    services: ['assessment', 'security'],
    size: '50-249',
    deal: 'Security assessment',
  },
  {
    en: 'A dashboard over our five shops, every morning, without anybody copying figures.',
    ja: '5 店舗の売上を毎朝自動でまとめるダッシュボードを作りたいです。',
    products: ['fabric', 'power-platform'],
    services: ['consulting', 'custom-development'],
    size: '10-49',
    deal: 'Shop dashboard',
  },
];
const reasons = ['The budget goes to another project this year.', 'Chose a partner in the same town.', 'Stays with what it has.'];
const declines = [
  'We have no room before summer, and would not want to keep you waiting.',
  'This is not what we do. A partner for dental software will serve you better.',
];

interface Person {
  id: string;
  name: string;
}

/** Sixty and more leads of a year in every state: urgent ones, favourites, some from profiles, some entered by hand, some won that are customers now. */
export async function addLeads(owner: postgres.Sql, partnerId: string, people: Person[], now: Date): Promise<void> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const [profile] = await owner`select id from business_profiles where partner_id = ${partnerId} order by created_at limit 1`;
  const served =
    await owner`select id, company_name from customers where partner_id = ${partnerId} and relationship = 'active' order by created_at desc limit 6`;
  const sellers = people.slice(0, 3);
  const plan: { state: LeadState; days: number }[] = [
    ...[0.08, 0.5, 1, 1.6, 2.4, 3.2, 4, 6, 8, 10.6, 11.4, 12.3, 13.1, 13.6].map((days) => ({ state: 'received' as const, days })),
    ...[4, 9, 13, 18, 21, 26, 33, 41, 52, 60].map((days) => ({ state: 'accepted' as const, days })),
    ...[30, 48, 63, 75, 92, 110, 131, 150, 172, 195, 220, 250, 281, 310, 335].map((days) => ({ state: 'won' as const, days })),
    ...[36, 58, 88, 120, 160, 205, 240, 290, 330].map((days) => ({ state: 'lost' as const, days })),
    ...[7, 22, 45, 70, 104, 145, 190, 265].map((days) => ({ state: 'declined' as const, days })),
    ...[17, 40, 83, 125, 180, 255, 320].map((days) => ({ state: 'expired' as const, days })),
  ];
  const records = plan.map(({ state, days }, n) => {
    const company = companies[(n * 5) % companies.length] as (typeof companies)[number];
    const wish = wishes[(n * 3) % wishes.length] as (typeof wishes)[number];
    const byHand = n % 4 === 3;
    const type: LeadType = byHand ? (n % 8 === 3 ? 'sales-qualified' : 'marketing-qualified') : 'customer-enquiry';
    const receivedAt = ago(days * day);
    const expiresAt = new Date(receivedAt.getTime() + leadDays * day);
    const seller = sellers[n % sellers.length] as Person;
    // Quicker than they used to be.
    const answeredAt = new Date(Math.min(now.getTime() - hour, receivedAt.getTime() + ((n % 5) * 5 + 2) * hour * (1 + days / 200)));
    const isAnswered = state !== 'received' && state !== 'expired';
    const isDeal = isAnswered && state !== 'declined';
    const isClosed = state === 'won' || state === 'lost';
    const closedAt = isClosed ? new Date(Math.min(now.getTime() - 2 * hour, answeredAt.getTime() + (8 + (n % 17)) * day)) : null;
    const customer = state === 'won' && n % 2 === 0 ? served[Math.floor(n / 2) % Math.max(1, served.length)] : undefined;
    const amount = Math.round((900 + ((n * 7919) % 140) * 100) * company.scale);
    return {
      id: newId(),
      partner_id: partnerId,
      type,
      state,
      profile_id: byHand ? null : (profile?.id ?? null),
      company_name: n < companies.length * 2 ? company.name : `${company.name} ${['North', 'West', 'Group', '支店'][n % 4]}`,
      first_name: company.person[0],
      last_name: company.person[1],
      email: `${company.language === 'ja' ? 'info' : company.person[0].toLowerCase()}@lead${n}.example`,
      phone: n % 3 === 0 ? '+1 425 555 0100' : null,
      country: company.country,
      language: company.language,
      products: wish.products,
      services: wish.services,
      company_size: wish.size,
      message: wish[company.language],
      received_at: receivedAt,
      expires_at: expiresAt,
      urgent_until: n % 6 === 0 || days < 0.2 ? new Date(receivedAt.getTime() + 72 * hour) : null,
      // Whoever looks into the inbox of the demo finds the warning there.
      warn_at: state === 'received' ? (leadWarningAt(expiresAt, now) ? now : nextLeadWarningAt(expiresAt, now)) : null,
      created_by: byHand ? seller.id : null,
      answered_at: isAnswered ? answeredAt : null,
      answered_by: isAnswered ? seller.id : null,
      closed_at: closedAt,
      closed_by: closedAt ? seller.id : null,
      reason:
        state === 'declined' ? (declines[n % declines.length] ?? null) : state === 'lost' ? (reasons[n % reasons.length] ?? null) : null,
      deal_name: isDeal ? `${wish.deal} for ${company.name}` : null,
      amount: isDeal ? amount : null,
      currency: isDeal ? company.currency : null,
      close_date: isDeal ? new Date(now.getTime() + ((n % 9) * 14 - 10) * day).toISOString().slice(0, 10) : null,
      note: isDeal ? 'Talked on the phone. Sends the list of mailboxes until Friday.' : null,
      crm_id: isDeal && n % 2 === 0 ? `CRM-${2400 + n}` : null,
      campaign_id: isDeal && n % 3 === 0 ? 'spring-2026' : null,
      team: isDeal && n % 2 === 1 ? [seller.id, (sellers[(n + 1) % sellers.length] as Person).id] : [],
      customer_id: (customer?.id as string | undefined) ?? null,
    };
  });
  for (const record of records) await owner`insert into leads ${owner(record)}`;

  const happened = records.flatMap((lead) => {
    const one = (type: string, at: Date, actor: string | null, more: Record<string, unknown> = {}) => ({
      id: newId(),
      partner_id: partnerId,
      type,
      at,
      actor_kind: actor ? 'partner-user' : type === 'lead.received' ? 'customer' : 'system',
      actor_id: actor ?? (type === 'lead.received' ? null : 'leads.expire'),
      request_id: 'demo',
      data: owner.json({ leadId: lead.id, ...more } as never),
      dispatched_at: at,
    });
    return [
      one('lead.received', lead.received_at, lead.created_by, { leadType: lead.type }),
      ...(lead.answered_at ? [one(lead.state === 'declined' ? 'lead.declined' : 'lead.accepted', lead.answered_at, lead.answered_by)] : []),
      ...(lead.closed_at ? [one(`lead.${lead.state}`, lead.closed_at, lead.closed_by)] : []),
      ...(lead.state === 'expired' ? [one('lead.expired', lead.expires_at, null)] : []),
    ];
  });
  for (const event of happened) await owner`insert into events ${owner(event)}`;

  // What went out about those that came by a profile, with the mail server's answer.
  for (const lead of records.filter(({ created_by, state }) => created_by === null && (state === 'received' || state === 'declined'))) {
    const mail = (kind: string, recipient: string, at: Date, facts: object, bounced = false) => ({
      ...{
        id: newId(),
        partner_id: partnerId,
        kind,
        recipient,
        language: lead.language,
        facts: owner.json({ leadId: lead.id, ...facts } as never),
      },
      ...{ state: bounced ? 'bounced' : 'sent', attempts: 1, next_attempt_at: at, message_id: `<${newId()}@clientele.mail>` },
      ...{ server_answer: bounced ? '550 5.1.1 Recipient unknown' : '250 2.0.0 Ok: queued', queued_at: at, sent_at: bounced ? null : at },
    });
    await owner`insert into deliveries ${owner(mail('enquiry_received_customer', lead.email, lead.received_at, {}))}`;
    await owner`insert into deliveries ${owner(mail('lead_received_partner', 'sara@northwind.example', lead.received_at, {}))}`;
    if (lead.state === 'declined' && lead.answered_at)
      await owner`insert into deliveries ${owner(mail('enquiry_answered_customer', lead.email, lead.answered_at, { leadAnswer: 'declined' }, lead === records.find(({ state }) => state === 'declined')))}`;
  }
  for (const [index, person] of people.slice(0, 3).entries())
    for (const lead of records.filter((_, n) => n % 7 === index))
      await owner`insert into lead_favourites ${owner({ partner_id: partnerId, lead_id: lead.id, user_id: person.id })}`;
  for (const lead of records.filter(({ state }) => state === 'accepted').slice(0, 6))
    await owner`insert into lead_notes ${owner({
      ...{ id: newId(), partner_id: partnerId, lead_id: lead.id, created_by: sellers[1]?.id ?? '', created_at: ago(2 * day) },
      text: 'Called back. Wants an offer with and without training, and a date for the move.',
    })}`;
}
