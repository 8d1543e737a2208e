import type { Block, PartnerContact, Template } from '../layout.ts';
import { fitSubject, japanese, paragraphsOf } from '../text.ts';
import { askedFor, type OrderMail, orderRows } from './order-facts.ts';

/** To the customer's person who has ordered: what became of it. */
export interface OrderCustomerMail extends OrderMail {
  news: 'bought' | 'asked' | 'approved' | 'declined' | 'lapsed';
  partnerContact: PartnerContact;
  /** The partner's words. */
  answer: string;
}

const wordsOf = (answer: string): Block[] => (answer ? [{ kind: 'quote', text: paragraphsOf(answer).join('\n\n') }] : []);

export const orderCustomer: Template<OrderCustomerMail> = {
  en: (order) => {
    const { news, partnerName: partner, companyName: company, kind, link, answer } = order;
    const what = askedFor.en[kind];
    const done = {
      buy: `${partner} agreed. The reservation is placed and runs from now on.`,
      exchange: `${partner} agreed. The earlier reservation is cancelled, and the new one runs from now on.`,
      cancel: `${partner} agreed. The reservation is cancelled.`,
      renew: `${partner} agreed. The new term begins when the present one ends.`,
    }[kind];
    const said = {
      bought: {
        subject: fitSubject((name) => `Your order with ${name} is placed`, partner),
        heading: 'Your reservation is placed',
        text: `You bought this by yourself, within what ${partner} allows. ${partner} pays for it, and bills ${company} as you have agreed with each other.`,
      },
      asked: {
        subject: fitSubject((name) => `Your request is with ${name}`, partner),
        heading: `${partner} decides about your request`,
        text: `You asked to ${what}. Nothing is changed until ${partner} agrees, and you will be told by mail.`,
      },
      approved: { subject: fitSubject((name) => `${name} agreed to your order`, partner), heading: `${partner} agreed`, text: done },
      declined: {
        subject: fitSubject((name) => `${name} declined your order`, partner),
        heading: `${partner} declined`,
        text: `You asked to ${what}. ${partner} declined, and nothing was changed.`,
      },
      lapsed: {
        subject: fitSubject((name) => `No answer from ${name} to your order`, partner),
        heading: `${partner} did not answer in time`,
        text: `You asked to ${what}. The time for an answer is over, and nothing was changed. You can ask again; best speak with ${partner} first.`,
      },
    }[news];
    return {
      subject: said.subject,
      reason: `You get this because you ordered this for ${company} on your own page.`,
      heading: said.heading,
      blocks: [
        { kind: 'paragraph', text: said.text },
        ...wordsOf(answer),
        { kind: 'facts', rows: orderRows.en(order).map(([name, text]) => (name === 'Decide by' ? ['Answer until', text] : [name, text])) },
        { kind: 'button', label: 'Look at the order', link },
      ],
    };
  },
  ja: (order) => {
    const { news, partnerName: partner, companyName: company, kind, link, answer } = order;
    const what = askedFor.ja[kind];
    const done = {
      buy: japanese`${partner}が承認しました。予約の購入が完了し、本日から有効です。`,
      exchange: japanese`${partner}が承認しました。以前の予約はキャンセルされ、新しい予約が本日から有効です。`,
      cancel: japanese`${partner}が承認しました。予約はキャンセルされました。`,
      renew: japanese`${partner}が承認しました。現在の期間が終わると、新しい期間が始まります。`,
    }[kind];
    const said = {
      bought: {
        subject: fitSubject((name) => japanese`${name}へのご注文が完了しました`, partner),
        heading: '予約の購入が完了しました',
        text: japanese`${partner}が許可した範囲内で、ご自身で購入されました。代金は${partner}が支払い、${company}様へは両社の取り決めに従って請求されます。`,
      },
      asked: {
        subject: fitSubject((name) => japanese`ご依頼を${name}に送りました`, partner),
        heading: japanese`${partner}の回答をお待ちください`,
        text: japanese`${what}を依頼されました。${partner}が承認するまで、何も変更されません。結果はメールでお知らせします。`,
      },
      approved: {
        subject: fitSubject((name) => japanese`${name}がご注文を承認しました`, partner),
        heading: japanese`${partner}が承認しました`,
        text: done,
      },
      declined: {
        subject: fitSubject((name) => japanese`${name}がご注文をお断りしました`, partner),
        heading: japanese`${partner}が承認しませんでした`,
        text: japanese`${what}のご依頼は承認されず、何も変更されていません。`,
      },
      lapsed: {
        subject: fitSubject((name) => japanese`ご注文に${name}の回答がありませんでした`, partner),
        heading: japanese`期限までに${partner}の回答がありませんでした`,
        text: japanese`${what}のご依頼は期限切れとなり、何も変更されていません。改めて依頼できますが、先に${partner}へご相談ください。`,
      },
    }[news];
    return {
      subject: said.subject,
      reason: japanese`このメールは、${company}様のお客様ページで注文された方にお送りしています。`,
      heading: said.heading,
      blocks: [
        { kind: 'paragraph', text: said.text },
        ...wordsOf(answer),
        { kind: 'facts', rows: orderRows.ja(order).map(([name, text]) => (name === '判断の期限' ? ['回答の期限', text] : [name, text])) },
        { kind: 'button', label: '注文を確認する', link },
      ],
    };
  },
};
