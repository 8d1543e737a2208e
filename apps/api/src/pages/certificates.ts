import type { Language } from '@clientele/domain';
import type { EndCertificate } from '@clientele/services';
import { renderDocument } from './document.ts';
import { type Content, type Html, html, shorten } from './html.ts';
import { icons } from './icons.ts';
import { moment, named } from './invitations.ts';

export interface CertificatePageProps extends EndCertificate {
  language: Language;
  /** `/e/<token>`. */
  path: string;
}

interface Words {
  eyebrow: string;
  title: (partner: Content, company: Content) => Html;
  lead: (partner: Content, company: Content, at: Content) => Html;
  modes: Record<EndCertificate['facts']['mode'], string>;
  facts: { company: string; domain: string; partner: string; since: string; ended: string; by: string; second: string };
  unknown: string;
  taken: string;
  what: Record<EndCertificate['facts']['taken'][number]['what'], (name: Content) => Html>;
  nothingElse: string;
  stays: string;
  proof: string;
  operation: string;
  certificate: string;
  code: string;
  codeText: string;
  print: string;
}

const words: Record<Language, Words> = {
  en: {
    eyebrow: 'Certificate of the end of a reseller relationship',
    title: (partner, company) => html`${partner} is no longer the reseller of ${company}`,
    lead: (partner, company, at) => html`The reseller relationship between ${partner} and ${company} ended on ${at}.`,
    modes: {
      now: '',
      'when-clear': 'It had been planned to end as soon as nothing was live between the two any more.',
      at: 'Its date had been set beforehand.',
    },
    facts: {
      company: 'Customer',
      domain: 'Primary domain',
      partner: 'Reseller',
      since: 'Relationship since',
      ended: 'Ended',
      by: 'Asked for by',
      second: 'Agreed to by',
    },
    unknown: 'not recorded',
    taken: 'What was taken away, and when',
    what: {
      purchases: () => html`New purchases through the reseller`,
      delegated_admin: () => html`Delegated admin: the leave to administer on the customer’s behalf`,
      support_contact: (name) => html`The reseller as support contact (${name})`,
    },
    nothingElse: 'Nothing else was held.',
    stays: 'The customer’s account, users and data stay untouched, and so do its relationships with other partners.',
    proof: 'How this can be checked',
    operation: 'Operation',
    certificate: 'Certificate',
    code: 'Check code',
    codeText:
      'The code is made from everything on this page. Opening this address again shows the same page with the same code; a copy that says something else has another one.',
    print: 'This page is made to be printed or saved as PDF with your browser.',
  },
  ja: {
    eyebrow: 'リセラー関係の終了証明書',
    title: (partner, company) => html`${partner} は ${company} 様のリセラーではなくなりました`,
    lead: (partner, company, at) => html`${partner} と ${company} 様とのリセラー関係は、${at} に終了しました。`,
    modes: {
      now: '',
      'when-clear': 'この終了は、有効なものがすべてなくなった時点で行われるよう、あらかじめ予定されていたものです。',
      at: 'この終了は、あらかじめ日時が定められていたものです。',
    },
    facts: {
      company: '顧客',
      domain: 'プライマリドメイン',
      partner: 'リセラー',
      since: '関係の開始日時',
      ended: '終了日時',
      by: '依頼者',
      second: '同意者',
    },
    unknown: '記録なし',
    taken: '取り消されたものと、その日時',
    what: {
      purchases: () => html`リセラーを通じた新しい購入`,
      delegated_admin: () => html`代理管理権限(お客様に代わって管理する権限)`,
      support_contact: (name) => html`サポート連絡先としての登録(${name})`,
    },
    nothingElse: 'ほかに取り消されたものはありません。',
    stays: 'お客様のアカウント、ユーザー、データ、およびほかのパートナーとの関係には変更はありません。',
    proof: '内容の確認方法',
    operation: '処理',
    certificate: '証明書',
    code: '確認コード',
    codeText:
      'このコードは、このページの内容全体から作られています。同じアドレスをもう一度開くと、同じ内容と同じコードが表示されます。内容が書き換えられた写しでは、コードが一致しません。',
    print: 'このページは、ブラウザーから印刷またはPDFとして保存できます。',
  },
};

/** The certificate of an end: the same for both sides, whoever opens it. It only shows. */
export function renderCertificatePage(props: CertificatePageProps): string {
  const { language, facts, since, endedAt } = props;
  const text = words[language];
  const say = (name: string) => html`<bdi>${shorten(name, 200)}</bdi>`;
  const at = (value: Date) => moment(language, value);
  const rows: [string, Content][] = [
    [text.facts.company, say(facts.companyName)],
    [text.facts.domain, say(facts.domain)],
    [text.facts.partner, say(facts.partnerName)],
    [text.facts.since, since ? at(since) : text.unknown],
    [text.facts.ended, at(endedAt)],
    [text.facts.by, facts.requestedBy ? say(facts.requestedBy) : text.unknown],
    ...(facts.approvedBy ? [[text.facts.second, say(facts.approvedBy)] as [string, Content]] : []),
  ];
  const proof: [string, Content][] = [
    [text.certificate, html`<span class="id">${props.id}</span>`],
    [text.operation, html`<span class="id">${props.operationId}</span>`],
  ];
  const gap = language === 'ja' ? '' : ' ';
  const list = (pairs: [string, Content][]) =>
    html`<dl class="facts plain-facts">${pairs.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
  const [partner, company] = [named(facts.partnerName), named(facts.companyName)];
  return renderDocument({
    language,
    title: text.title(shorten(facts.partnerName, 40), shorten(facts.companyName, 40)),
    path: props.path,
    body: html`<div class="one certificate">
<div><div class="badge">${icons.yes}</div><p class="eyebrow">${text.eyebrow}</p><h1>${text.title(partner, company)}</h1></div>
<p class="lead">${text.lead(partner, company, at(endedAt))}${gap}${text.modes[facts.mode]}</p>
<div class="card">
<section>${list(rows)}</section>
<section aria-labelledby="taken"><h2 id="taken">${text.taken}</h2>
<ul class="points no">${facts.taken.map((one) => html`<li>${icons.no}<div>${text.what[one.what](say(one.name ?? ''))}</div><div class="quiet small">${at(new Date(one.at))}</div></li>`)}</ul>
<p class="quiet small">${text.nothingElse}${gap}${text.stays}</p></section>
<section aria-labelledby="proof"><h2 id="proof">${text.proof}</h2>${list(proof)}
<div class="match"><p class="small">${text.code}</p><p class="code">${props.checkCode}</p><p class="small quiet">${text.codeText}</p></div></section>
</div>
<p class="quiet small on-screen">${text.print}</p></div>`,
  });
}
