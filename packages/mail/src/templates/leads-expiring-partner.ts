import type { Template } from '../layout.ts';
import { formatMoment } from '../moments.ts';
import { fitSubject, japanese, shorten } from '../text.ts';

interface ExpiringLead {
  companyName: string;
  expiresAt: Date;
  urgent: boolean;
}

/** To the partner's people who may act on leads: nobody has answered these, and they run out. */
export interface LeadsExpiringPartnerMail {
  partnerName: string;
  /** The first of them, those that run out first first. */
  leads: ExpiringLead[];
  count: number;
  link: string;
}

export const leadsExpiringPartner: Template<LeadsExpiringPartnerMail> = {
  en: ({ partnerName: partner, leads, count, link }) => {
    const name = shorten(leads[0]?.companyName ?? '', 60);
    return {
      subject: count === 1 ? fitSubject((company) => `The enquiry of ${company} expires soon`, name) : `${count} leads expire soon`,
      reason: `You get this because you may act on leads of ${partner}, and nobody has answered ${count === 1 ? 'this one' : 'these'} yet.`,
      heading: count === 1 ? `The enquiry of ${name} expires soon` : `${count} leads expire soon`,
      blocks: [
        {
          kind: 'list',
          title: 'Waiting for an answer until',
          items: leads.map((lead) => `${shorten(lead.companyName, 80)}: ${formatMoment(lead.expiresAt, 'en')}`),
        },
        ...(count > leads.length
          ? [{ kind: 'paragraph', text: `And ${count - leads.length} more: the board shows all of them.` } as const]
          : []),
        {
          kind: 'paragraph',
          text: 'Accept what you want to follow up, and decline the rest: then the customer can look for somebody else at once. What expires cannot be brought back.',
        },
        { kind: 'button', label: count === 1 ? 'Open the lead' : 'Open the leads', link },
      ],
    };
  },
  ja: ({ partnerName: partner, leads, count, link }) => {
    const name = shorten(leads[0]?.companyName ?? '', 60);
    const some = `${count}件の見込み客がまもなく期限切れになります`;
    return {
      subject: count === 1 ? fitSubject((company) => japanese`${company}様への回答期限が近づいています`, name) : some,
      reason: japanese`このメールは、${partner}の見込み客を担当できる方に、未回答の見込み客の期限が近づいたためお送りしています。`,
      heading: count === 1 ? japanese`${name}様への回答期限が近づいています` : some,
      blocks: [
        {
          kind: 'list',
          title: '回答期限',
          items: leads.map((lead) => japanese`${shorten(lead.companyName, 80)}様：${formatMoment(lead.expiresAt, 'ja')}`),
        },
        ...(count > leads.length
          ? [{ kind: 'paragraph', text: `ほか${count - leads.length}件は、ボードでご確認ください。` } as const]
          : []),
        {
          kind: 'paragraph',
          text: '対応する場合は承諾し、対応しない場合は辞退してください。辞退すると、お客様はすぐにほかのパートナーを探せます。期限切れになると元に戻せません。',
        },
        { kind: 'button', label: '見込み客を開く', link },
      ],
    };
  },
};
