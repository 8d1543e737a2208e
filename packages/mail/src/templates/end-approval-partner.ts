import type { Template } from '../layout.ts';
import { fitSubject, japanese } from '../text.ts';
import type { EndMode } from './how-it-ended.ts';

/** To the other global admins of a partner: an end waits for one of them. */
export interface EndApprovalPartnerMail {
  partnerName: string;
  /** Who asked. */
  requestedBy: string;
  /** The customer; empty when it is about many. */
  companyName: string;
  /** How many customers it is about. */
  customers: number;
  mode: EndMode;
  /** Of the mode `at`: the moment, written out (formatMoment). */
  at?: string;
  /** Where one of them answers. */
  link: string;
}

const en = {
  when: (mode: EndMode, at: string) =>
    ({ now: 'As soon as you agree', 'when-clear': 'By itself, as soon as nothing is live any more', at: `On ${at}` })[mode],
};
const ja = {
  when: (mode: EndMode, at: string) =>
    ({ now: '同意後すぐ', 'when-clear': '有効なものがすべてなくなった時点で自動的に', at: japanese`${at}` })[mode],
};

export const endApprovalPartner: Template<EndApprovalPartnerMail> = {
  en: ({ partnerName: partner, requestedBy, companyName, customers, mode, at = '', link }) => {
    const whom = companyName || `${customers} customers`;
    return {
      subject: fitSubject((name) => `Please decide: end with ${name}?`, whom),
      reason: `You get this because you are a global admin of ${partner}, and ending a relationship needs a second one.`,
      heading: `${requestedBy} asks to end the relationship with ${whom}`,
      blocks: [
        { kind: 'paragraph', text: 'Nothing happens until one of you agrees. Whoever answers first decides.' },
        {
          kind: 'facts',
          rows: [
            [companyName ? 'Customer' : 'Customers', companyName || String(customers)],
            ['Asked by', requestedBy],
            ['When it ends', en.when(mode, at)],
          ],
        },
        { kind: 'button', label: 'Look at it and decide', link },
      ],
    };
  },
  ja: ({ partnerName: partner, requestedBy, companyName, customers, mode, at = '', link }) => {
    const whom = companyName ? japanese`${companyName}様` : `顧客${customers}社`;
    return {
      subject: fitSubject((name) => japanese`ご確認ください: ${name}との関係の終了`, whom),
      reason: japanese`このメールは、関係の終了にもう一人のグローバル管理者の同意が必要なため、${partner}のグローバル管理者の方にお送りしています。`,
      heading: japanese`${requestedBy}さんが${whom}との関係の終了を依頼しました`,
      blocks: [
        { kind: 'paragraph', text: 'どなたかが同意するまで、何も行われません。最初に回答した方の判断で決まります。' },
        {
          kind: 'facts',
          rows: [
            ['顧客', companyName || `${customers}社`],
            ['依頼者', requestedBy],
            ['終了の時期', ja.when(mode, at)],
          ],
        },
        { kind: 'button', label: '内容を確認して判断する', link },
      ],
    };
  },
};
