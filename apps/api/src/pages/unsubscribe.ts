import type { Language } from '@clientele/domain';
import { renderDocument } from './document.ts';
import { type Content, type Html, html, shorten } from './html.ts';
import { icons } from './icons.ts';
import { named } from './invitations.ts';

export interface UnsubscribePageProps {
  language: Language;
  /** `/u/<token>`; both forms go there or below it. */
  path: string;
  partnerName: string;
  email: string;
  isUnsubscribed: boolean;
}

interface Words {
  eyebrow: string;
  title: (partner: Content) => Html;
  lead: (partner: Content, email: Content) => Html;
  stop: string;
  still: (partner: Content) => Html;
  done: (partner: Content) => Html;
  doneLead: (partner: Content, email: Content) => Html;
  doneOpen: (partner: Content) => Html;
  mistake: string;
  mistakeText: (partner: Content) => Html;
  again: string;
}

const words: Record<Language, Words> = {
  en: {
    eyebrow: 'Mails',
    title: (partner) => html`Get no more mails from ${partner}?`,
    lead: (partner, email) =>
      html`Press the button and ${partner} can no longer send requests and reminders to ${email}. Other partners are not affected.`,
    stop: 'Stop the mails',
    still: (partner) => html`You still get a receipt of what you do yourself, such as accepting a request of ${partner}.`,
    done: (partner) => html`You get no more mails from ${partner}`,
    doneLead: (partner, email) => html`No requests and reminders go to ${email} any more, and ${partner} sees that you want none.`,
    doneOpen: (partner) =>
      html`A request of ${partner} that you already have stays open until it runs out. You can still answer it, or leave it: nothing happens by itself.`,
    mistake: 'Was that a mistake?',
    mistakeText: (partner) => html`Then let ${partner} write to you again. Nobody but you can take this back.`,
    again: 'Allow mails again',
  },
  ja: {
    eyebrow: 'メール配信',
    title: (partner) => html`${partner} からのメールの配信を停止しますか`,
    lead: (partner, email) =>
      html`ボタンを押すと、${partner} から ${email} へ依頼や再度のご案内が送信されなくなります。ほかのパートナーからのメールには影響しません。`,
    stop: '配信を停止する',
    still: (partner) => html`${partner} の依頼を承諾されたときの控えなど、ご自身の操作に対する確認メールは引き続き届きます。`,
    done: (partner) => html`${partner} からのメールの配信を停止しました`,
    doneLead: (partner, email) =>
      html`今後、${email} に依頼や再度のご案内は送信されません。受信を希望されないことは ${partner} に表示されます。`,
    doneOpen: (partner) =>
      html`すでに届いている ${partner} からの依頼は、期限まで有効です。回答していただくことも、そのままにしていただくこともできます。自動的に何かが行われることはありません。`,
    mistake: '誤って停止された場合',
    mistakeText: (partner) => html`${partner} からのメールを再び受け取れるようにします。この停止を解除できるのはご本人だけです。`,
    again: '配信を再開する',
  },
};

/** The page behind the link to unsubscribe. It only shows; a POST of its form stops the mails. */
export function renderUnsubscribePage({ language, path, partnerName, email, isUnsubscribed }: UnsubscribePageProps): string {
  const text = words[language];
  const partner = named(partnerName);
  const address = html`<bdi>${shorten(email, 254)}</bdi>`;
  const action = (end: string) => `${path}${end}?language=${language}`;
  const body = isUnsubscribed
    ? html`<div class="one"><div><div class="badge good">${icons.yes}</div><p class="eyebrow">${text.eyebrow}</p><h1>${text.done(partner)}</h1></div>
<p class="lead">${text.doneLead(partner, address)}</p><p>${text.doneOpen(partner)}</p>
<div class="card"><section aria-labelledby="mistake"><h2 id="mistake">${text.mistake}</h2><p>${text.mistakeText(partner)}</p>
<form method="post" action="${action('/again')}"><div class="stack"><button class="button second" type="submit">${text.again}</button></div></form></section></div></div>`
    : html`<div class="one"><div><p class="eyebrow">${text.eyebrow}</p><h1>${text.title(partner)}</h1></div>
<p class="lead">${text.lead(partner, address)}</p>
<div class="card"><form method="post" action="${action('')}"><div class="stack"><button class="button first" type="submit">${text.stop}</button><p class="hint">${text.still(partner)}</p></div></form></div></div>`;
  return renderDocument({
    language,
    title: isUnsubscribed ? text.done(shorten(partnerName, 40)) : text.title(shorten(partnerName, 40)),
    path,
    body,
  });
}
