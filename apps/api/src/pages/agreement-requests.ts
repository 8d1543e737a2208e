import { type FieldError, type Language, lengths } from '@clientele/domain';
import { agreements } from './agreement.ts';
import { renderDocument } from './document.ts';
import { checkbox, errorSummary, type FormState, input } from './fields.ts';
import { type Content, type Html, html, shorten } from './html.ts';
import { icons } from './icons.ts';
import { mailLink, moment, named } from './invitations.ts';
import { sentences } from './messages.ts';

export interface AgreementPageProps {
  language: Language;
  /** `/a/<token>`; the form goes to `<path>/accept`. */
  path: string;
  /** As it is now. `over`: the relationship with the partner ended. */
  state: 'pending' | 'accepted' | 'replaced' | 'expired' | 'over';
  /** The customer has accepted, with this link or in another way. */
  isAccepted: boolean;
  partner: { name: string; contactName: string; contactEmail: string };
  companyName: string;
  recipientName: string;
  expiresAt: Date;
  answeredAt?: Date;
  /** Who accepted with this link, for the receipt. */
  acceptedBy?: string;
  form?: { firstName?: string | undefined; lastName?: string | undefined; agreement?: boolean };
  errors?: readonly FieldError[];
  /** The state changed between reading the page and pressing the button. */
  changed?: boolean;
}

interface Words {
  eyebrow: string;
  title: (company: Content) => Html;
  greeting: (name: Content) => Html;
  lead: (partner: Content, company: Content) => Html;
  until: (moment: Content) => Html;
  read: string;
  answer: string;
  who: string;
  accept: string;
  note: (partner: Content) => Html;
  notMe: string;
  notMeText: (partner: Content, contact: Content) => Html;
  changed: string;
  over: Record<
    'accepted' | 'replaced' | 'replacedAccepted' | 'expired' | 'over',
    { heading: (company: Content) => Html; text: (partner: Content, moment: Content) => Html }
  >;
  receipt: { company: string; agreement: string; by: string; at: string; through: string };
  contact: (partner: Content, contact: Content) => Html;
}

const words: Record<Language, Words> = {
  en: {
    eyebrow: 'Customer agreement',
    title: (company) => html`The customer agreement of ${company}`,
    greeting: (name) => html`Hello ${name},`,
    lead: (partner, company) =>
      html`Before ${company} can buy through ${partner}, somebody who may speak for ${company} accepts this agreement once. Accepting buys nothing, and gives ${partner} no further rights.`,
    until: (at) => html`You can accept until ${at}.`,
    read: 'The agreement',
    answer: 'Your acceptance',
    who: 'Who accepts',
    accept: 'Accept the agreement',
    note: (partner) => html`${partner} is told that you accepted, with your name and the time.`,
    notMe: 'I may not decide this',
    notMeText: (partner, contact) =>
      html`Pass the mail on to somebody who may speak for your organisation, or tell ${contact} at ${partner}.`,
    changed: 'Something has changed in the same moment. This is how things stand now.',
    over: {
      accepted: {
        heading: (company) => html`${company} has accepted the customer agreement`,
        text: (partner, at) => html`It was accepted on this page on ${at}. ${partner} has been told. There is nothing left for you to do.`,
      },
      replaced: {
        heading: () => html`This link has been replaced by a newer one`,
        text: (partner) => html`${partner} has sent a newer request. Please use the link in the newest mail, or ask your contact for it.`,
      },
      replacedAccepted: {
        heading: (company) => html`${company} has accepted the customer agreement already`,
        text: () => html`It was accepted in another way, so this link is no longer needed. There is nothing left for you to do.`,
      },
      expired: {
        heading: () => html`This link has run out`,
        text: (partner, at) => html`It was good until ${at}. Nothing was accepted. Ask your contact at ${partner} to send a new one.`,
      },
      over: {
        heading: (company) => html`${company} no longer buys through this partner`,
        text: (partner) => html`The relationship with ${partner} has ended, so there is nothing to accept here. Nothing was accepted.`,
      },
    },
    receipt: { company: 'Company', agreement: 'Accepted', by: 'Accepted by', at: 'When', through: 'Asked by' },
    contact: (partner, contact) => html`Your contact at ${partner}: ${contact}`,
  },
  ja: {
    eyebrow: '顧客契約',
    title: (company) => html`${company}様の顧客契約`,
    greeting: (name) => html`${name} 様`,
    lead: (partner, company) =>
      html`${company}様が${partner}を通じてご購入になる前に、貴社を代表できる方にこの契約を一度だけ承諾していただく必要があります。承諾しても購入にはならず、${partner}の権限が増えることもありません。`,
    until: (at) => html`${at}まで承諾していただけます。`,
    read: '契約の内容',
    answer: 'ご承諾',
    who: '承諾される方',
    accept: '契約を承諾する',
    note: (partner) => html`承諾されたことは、お名前と日時とともに${partner}に通知されます。`,
    notMe: '自分では決められない場合',
    notMeText: (partner, contact) => html`組織を代表できる方にメールを転送していただくか、${partner}の${contact}までお知らせください。`,
    changed: '操作と同時に状況が変わりました。現在の状況は次のとおりです。',
    over: {
      accepted: {
        heading: (company) => html`${company}様は顧客契約を承諾されました`,
        text: (partner, at) => html`${at}にこのページで承諾されました。${partner}には通知済みです。ほかに必要な手続きはありません。`,
      },
      replaced: {
        heading: () => html`このリンクは新しいものに置き換えられました`,
        text: (partner) => html`${partner}が新しい依頼を送っています。最新のメールのリンクをお使いになるか、担当者にお問い合わせください。`,
      },
      replacedAccepted: {
        heading: (company) => html`${company}様はすでに顧客契約を承諾されています`,
        text: () => html`別の方法で承諾されたため、このリンクはもう必要ありません。ほかに必要な手続きはありません。`,
      },
      expired: {
        heading: () => html`このリンクの有効期限が切れました`,
        text: (partner, at) =>
          html`有効期限は${at}でした。承諾は行われていません。${partner}の担当者に、新しいリンクの送付をご依頼ください。`,
      },
      over: {
        heading: (company) => html`${company}様とこのパートナーとの関係は終了しています`,
        text: (partner) => html`${partner}との関係が終了したため、ここで承諾していただくものはありません。承諾は行われていません。`,
      },
    },
    receipt: { company: '会社名', agreement: '承諾内容', by: '承諾された方', at: '承諾日時', through: '依頼元' },
    contact: (partner, contact) => html`お問い合わせ先(${partner}): ${contact}`,
  },
};

const contactOf = ({ partner }: AgreementPageProps): Html =>
  html`<bdi>${shorten(partner.contactName, 120)}</bdi> (${mailLink(partner.contactEmail)})`;

function pending(props: AgreementPageProps, form: FormState): Html {
  const text = words[props.language];
  const page = sentences[props.language];
  const [partner, company] = [named(props.partner.name), named(props.companyName)];
  const { title, version, sections } = agreements[props.language];
  const first = input(form, {
    name: 'firstName',
    value: props.form?.firstName ?? '',
    autocomplete: 'given-name',
    most: lengths.personName,
  });
  const last = input(form, { name: 'lastName', value: props.form?.lastName ?? '', autocomplete: 'family-name', most: lengths.personName });
  return html`${errorSummary(form, new Set(['firstName', 'lastName', 'agreement']))}<div class="one">
<div><p class="eyebrow">${text.eyebrow}</p><h1>${text.title(company)}</h1></div>
<div class="lead"><p>${text.greeting(named(props.recipientName))}</p><p>${text.lead(partner, company)}</p><p>${text.until(moment(props.language, props.expiresAt))}</p></div>
<div class="card">
<section aria-labelledby="agreement"><h2 id="agreement">${text.read}</h2><div class="agreement" role="region" aria-label="${title}: ${version}" tabindex="0"><p>${version}</p>${sections.map((section) => html`<h3>${section.heading}</h3><p>${section.text}</p>`)}</div></section>
<section aria-labelledby="answer"><h2 id="answer" tabindex="-1">${text.answer}</h2>
<form method="post" action="${props.path}/accept?language=${props.language}">
<fieldset><legend>${text.who}</legend><div class="pair">${props.language === 'ja' ? [last, first] : [first, last]}</div></fieldset>
${checkbox(form, { name: 'agreement', label: page.agreementAccept(company), checked: props.form?.agreement === true })}
<div class="stack"><button class="button first" type="submit">${text.accept}</button><p class="hint">${text.note(partner)}</p></div>
</form></section>
<details><summary>${text.notMe}</summary><p class="quiet">${text.notMeText(partner, contactOf(props))}</p></details>
</div></div>`;
}

function over(props: AgreementPageProps, kind: keyof Words['over']): Html {
  const text = words[props.language];
  const [partner, company] = [named(props.partner.name), named(props.companyName)];
  const sign = { accepted: icons.yes, replaced: icons.link, replacedAccepted: icons.yes, expired: icons.clock, over: icons.back }[kind];
  const tone = kind === 'accepted' || kind === 'replacedAccepted' ? 'good' : 'warn';
  const at = moment(props.language, kind === 'expired' ? props.expiresAt : (props.answeredAt ?? props.expiresAt));
  const { title, version } = agreements[props.language];
  const rows: [string, Content][] = [
    [text.receipt.company, html`<bdi>${shorten(props.companyName, 200)}</bdi>`],
    [text.receipt.agreement, html`${title} (${version})`],
    ...(props.acceptedBy ? [[text.receipt.by, html`<bdi>${shorten(props.acceptedBy, 200)}</bdi>`] as [string, Content]] : []),
    [text.receipt.at, at],
    [text.receipt.through, html`<bdi>${shorten(props.partner.name, 200)}</bdi>`],
  ];
  return html`<div class="one">${props.changed && html`<div class="note" role="alert" tabindex="-1" autofocus><p>${text.changed}</p></div>`}
<div><div class="badge ${tone}">${sign}</div><p class="eyebrow">${text.eyebrow}</p><h1>${text.over[kind].heading(company)}</h1></div>
<p class="lead">${text.over[kind].text(partner, at)}</p>
${kind === 'accepted' && html`<div class="card"><dl class="facts plain-facts">${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl></div>`}
<p>${text.contact(partner, contactOf(props))}</p></div>`;
}

/** The page behind the link of a request to accept the customer agreement. It only shows; a POST of its form accepts. */
export function renderAgreementPage(props: AgreementPageProps): string {
  const text = words[props.language];
  const form: FormState = { language: props.language, errors: props.errors ?? [] };
  const kind: keyof Words['over'] =
    props.state === 'pending' ? 'replacedAccepted' : props.state !== 'accepted' && props.isAccepted ? 'replacedAccepted' : props.state;
  const isOpen = props.state === 'pending' && !props.isAccepted;
  const company = shorten(props.companyName, 40);
  return renderDocument({
    language: props.language,
    title: html`${isOpen && form.errors.length > 0 && sentences[props.language].titleError}${isOpen ? text.title(company) : text.over[kind].heading(company)}`,
    path: props.path,
    ...(isOpen ? { skipTo: 'answer' } : {}),
    body: isOpen ? pending(props, form) : over(props, kind),
  });
}
