import { type FieldError, type Language, lengths, signInLinkMinutes } from '@clientele/domain';
import type { OwnHistoryRecord, OwnPartner, SignInPerson } from '@clientele/services';
import { agreements } from './agreement.ts';
import { buyingWords } from './buying-words.ts';
import { renderDocument } from './document.ts';
import { checkbox, errorSummary, type FormState, input } from './fields.ts';
import { type Content, type Html, html, initial, shorten } from './html.ts';
import { icons } from './icons.ts';
import { countryName, day, moment, named, points, webSiteOf } from './invitations.ts';
import { sentences } from './messages.ts';
import { badNotices, type OwnNotice, ownWords } from './own-page-words.ts';

/** What each of the customer's own pages knows. */
export interface OwnPageProps {
  language: Language;
  notice?: OwnNotice | undefined;
}
/** The same, behind the sign-in. */
interface SignedInProps extends OwnPageProps {
  person: { name: string };
}
/** Where the certificate of an end can be read. */
type CertificateLink = (certificateId: string) => string;

const certificateOf = (language: Language, own: OwnPartner, linkOf: CertificateLink): Content =>
  own.certificateId !== null &&
  html`<a class="button second small" href="${linkOf(own.certificateId)}?language=${language}">${ownWords[language].certificate}<span class="visually-hidden">: <bdi>${shorten(own.partner.name, 80)}</bdi></span></a>`;

/** An address of these pages in the page's language. */
export const at = (language: Language, path: string) => `/my${path}?language=${language}`;

const noticeOf = ({ language, notice }: OwnPageProps, isFirst = true): Content => {
  if (!notice) return undefined;
  const bad = badNotices.includes(notice);
  return html`<div class="note${bad && ' bad'}" role="${bad ? 'alert' : 'status'}" tabindex="-1"${isFirst && html` autofocus`}><p>${ownWords[language].notices[notice]}</p>${notice === 'partnerUser' && html`<p><a href="/">${ownWords[language].toPortal}</a></p>`}</div>`;
};

/** Name and value in lines, as on every page of the customer. */
export const factsOf = (rows: readonly (readonly [string, Content] | false)[]): Html =>
  html`<dl class="facts plain-facts">${rows.map((row) => row && html`<div><dt>${row[0]}</dt><dd>${row[1]}</dd></div>`)}</dl>`;

/** Who is signed in, and the way out. */
export const sessionOf = ({ language, person }: Pick<SignedInProps, 'language' | 'person'>): Html =>
  html`<div class="session"><p>${ownWords[language].signedInAs(named(person.name))}</p><form method="post" action="${at(language, '/sign-out')}"><button class="button second small" type="submit">${ownWords[language].signOut}</button></form></div>`;

const crumbOf = (language: Language, path: string, label: Content): Html =>
  html`<p class="crumb"><a href="${at(language, path)}">‹ ${label}</a></p>`;

export interface SignInPageProps extends OwnPageProps {
  /** What was typed. */
  email?: string | undefined;
  /** Which of the two forms the errors are of. */
  form?: 'link' | 'password' | undefined;
  errors?: readonly FieldError[] | undefined;
  /** Where the person wanted to go. */
  to?: string | undefined;
}

/** Where customers sign in: by a link in a mail, or with a password. */
export function renderSignInPage(props: SignInPageProps): string {
  const { language, errors = [] } = props;
  const { signIn } = ownWords[language];
  const form = (id: 'link' | 'password'): FormState => ({ language, errors: props.form === id ? errors : [], id });
  const email = (id: 'link' | 'password', hint: string) =>
    input(form(id), {
      ...{ name: 'email', type: 'email', value: props.email ?? '', hint, autocomplete: 'username', most: lengths.email },
      ...{ verbatim: true, keyboard: 'email' },
    });
  const to = props.to && html`<input type="hidden" name="to" value="${props.to}">`;
  return renderDocument({
    language,
    title: html`${errors.length > 0 && sentences[language].titleError}${signIn.title}`,
    path: '/my/sign-in',
    body: html`<div class="one">${noticeOf(props)}
<div><p class="eyebrow">${ownWords[language].ownPage}</p><h1>${signIn.title}</h1></div>
<p class="lead">${signIn.lead}</p>
<div class="card">
<section aria-labelledby="by-link"><h2 id="by-link">${signIn.byLink}</h2><p class="quiet">${signIn.byLinkText}</p>
<form method="post" action="${at(language, '/sign-in/link')}">${email('link', signIn.emailHint)}<button class="button first" type="submit">${signIn.sendLink}</button></form></section>
<section aria-labelledby="by-password"><h2 id="by-password">${signIn.byPassword}</h2>
<form method="post" action="${at(language, '/sign-in')}">${to}${email('password', signIn.nameHint)}${input(form('password'), { name: 'password', type: 'password', autocomplete: 'current-password' })}
<button class="button second" type="submit">${sentences[language].signIn}</button><p class="hint">${signIn.lost}</p></form></section>
</div></div>`,
  });
}

/** After a link was asked for: the same, whether anybody has the address. */
export function renderLinkSentPage({ language }: OwnPageProps): string {
  const { signIn, ownPage } = ownWords[language];
  return renderDocument({
    language,
    title: signIn.sentTitle,
    path: '/my/sign-in/sent',
    body: html`<div class="one"><div><div class="badge good">${icons.yes}</div><p class="eyebrow">${ownPage}</p><h1>${signIn.sentTitle}</h1></div>
<div class="lead">${signIn.sent(signInLinkMinutes).map((line) => html`<p>${line}</p>`)}</div>
<p><a href="${at(language, '/sign-in')}">${signIn.again}</a></p></div>`,
  });
}

export interface LinkPageProps extends OwnPageProps {
  token: string;
  people: readonly SignInPerson[];
  expiresAt: Date;
  /** What was wrong with the new password, and for whom it was meant. */
  errors?: readonly FieldError[];
  personId?: string;
}

/** Behind a link in a mail. It only shows; the button signs in. */
export function renderLinkPage({ language, token, people, expiresAt, errors = [], personId }: LinkPageProps): string {
  const { signIn, ownPage } = ownWords[language];
  const forms = people.map(
    ({ id, name, signInName, domain }, index) => html`<section>
${factsOf([
  [sentences[language].company, html`<bdi>${shorten(domain, 120)}</bdi>`],
  [sentences[language].you, html`<bdi>${shorten(name, 120)}</bdi>`],
])}
<form method="post" action="${at(language, `/sign-in/${token}`)}"><input type="hidden" name="person" value="${id}"><input type="hidden" name="username" value="${signInName}" autocomplete="username">
<details${id === personId && html` open`}><summary>${signIn.newPassword}</summary>${input(
      { language, errors: id === personId ? errors : [], id: `person-${index}` },
      {
        ...{ name: 'password', type: 'password', hint: signIn.newPasswordHint, autocomplete: 'new-password', least: 10, optional: true },
      },
    )}</details>
<button class="button first" type="submit"><span>${signIn.linkGo(html`<bdi>${shorten(signInName, 120)}</bdi>`)}</span></button></form></section>`,
  );
  return renderDocument({
    language,
    title: html`${errors.length > 0 && sentences[language].titleError}${signIn.linkTitle}`,
    path: `/my/sign-in/${token}`,
    body: html`<div class="one"><div><p class="eyebrow">${ownPage}</p><h1>${signIn.linkTitle}</h1></div>
<p class="lead">${signIn.linkLead(moment(language, expiresAt))}</p>
<div class="card">${forms}</div><p class="quiet">${signIn.linkNote}</p></div>`,
  });
}

const pathOf = (own: OwnPartner, more = '') => `/partners/${own.customerId}${more}`;

const adminPill = (language: Language, own: OwnPartner): Html => {
  const text = ownWords[language];
  if (!own.isLive) return html`<p class="pill">${icons.no}${text.ended}</p>`;
  return own.delegatedAdmin
    ? html`<p class="pill on">${icons.yes}${text.administers}</p>`
    : html`<p class="pill">${icons.no}${text.administersNot}</p>`;
};

const whoOf = (language: Language, own: OwnPartner, link: boolean): Html => {
  const name = html`<bdi>${shorten(own.partner.name, 200)}</bdi>`;
  return html`<div class="who"><span class="sign" aria-hidden="true">${initial(own.partner.name)}</span><div><h3 class="name">${link ? html`<a href="${at(language, pathOf(own))}">${name}</a>` : name}</h3>${adminPill(language, own)}</div></div>`;
};

/** Till when it has access, and till when it administers. */
const tillOf = (language: Language, own: OwnPartner): Content => {
  const text = ownWords[language];
  if (!own.isLive) return own.endedAt ? day(language, own.endedAt) : text.ended;
  if (!own.delegatedAdmin) return text.untilEnded;
  return own.delegatedAdminUntil ? moment(language, own.delegatedAdminUntil) : text.untilTakenAway;
};

const agreementOf = (language: Language, own: OwnPartner): Content => {
  const text = ownWords[language];
  if (!own.agreementAcceptedAt) return text.notAccepted;
  const when = day(language, own.agreementAcceptedAt);
  return own.agreementBy === 'partner' ? text.attested(when) : text.accepted(when);
};

function partnerCard(language: Language, own: OwnPartner, certificateLink: CertificateLink): Html {
  const text = ownWords[language];
  const isAdmin = own.role === 'global-admin';
  return html`<article class="card"><div>
${whoOf(language, own, true)}
<p class="quiet small">${own.isLive && text.manages}</p>
${factsOf([
  [text.facts.since, day(language, own.since)],
  [own.isLive ? (own.delegatedAdmin ? text.facts.adminTill : text.facts.till) : text.facts.ended, tillOf(language, own)],
  [text.facts.agreement, agreementOf(language, own)],
])}
</div>
<div class="acts"><a class="button second small" href="${at(language, pathOf(own))}">${text.details}<span class="visually-hidden">: <bdi>${shorten(own.partner.name, 80)}</bdi></span></a>${
    own.isLive &&
    own.delegatedAdmin &&
    isAdmin &&
    html`<a class="button grave small" href="${at(language, pathOf(own, '/delegated-admin'))}">${text.takeAway}<span class="visually-hidden">: <bdi>${shorten(own.partner.name, 80)}</bdi></span></a>`
  }${certificateOf(language, own, certificateLink)}</div></article>`;
}

const comma: Record<Language, string> = { en: ', ', ja: '、' };

/** The customer has not accepted the agreement, and who reads may do it, or not. */
const agreementNote = (language: Language, waiting: readonly OwnPartner[], live: readonly OwnPartner[]): Content => {
  const [own] = waiting;
  if (!own) return undefined;
  const text = ownWords[language];
  return html`<div class="note"><p>${
    // Where it is accepted with some, those are named with which it is not.
    waiting.length < live.length
      ? text.agreementMissingWith(
          named(own.companyName),
          waiting.map(({ partner }, index) => html`${index > 0 && comma[language]}${named(partner.name)}`),
        )
      : text.agreementMissing(named(own.companyName))
  }</p><p>${
    own.role === 'global-admin'
      ? html`<a href="${at(language, pathOf(own, '/agreement'))}">${text.agreementOpen}</a>`
      : text.onlyAdmin(named(own.companyName))
  }</p></div>`;
};

export interface PartnersPageProps extends SignedInProps {
  certificateLink: CertificateLink;
  partners: readonly OwnPartner[];
}

/** My partners: who has access, what each may do, since when, till when. */
export function renderPartnersPage(props: PartnersPageProps): string {
  const { language, partners } = props;
  const text = ownWords[language];
  const organizations = [...new Set(partners.map(({ organizationId }) => organizationId))];
  const groups = organizations.map((id) => {
    const theirs = partners.filter(({ organizationId }) => organizationId === id);
    const [live, former] = [theirs.filter(({ isLive }) => isLive), theirs.filter(({ isLive }) => !isLive)];
    const [first] = theirs;
    return html`<section class="cards" aria-labelledby="of-${id}"><h2 id="of-${id}">${text.of(named(first?.companyName ?? ''))}</h2>
${agreementNote(
  language,
  live.filter(({ agreementAcceptedAt }) => agreementAcceptedAt === null),
  live,
)}
${first?.role === 'user' && html`<p class="quiet">${text.onlyAdmin(named(first.companyName))}</p>`}
${live.length > 0 ? live.map((own) => partnerCard(language, own, props.certificateLink)) : html`<p>${text.none}. ${text.noneText}</p>`}
${former.length > 0 && html`<h2>${text.former}</h2>${former.map((own) => partnerCard(language, own, props.certificateLink))}`}</section>`;
  });
  return renderDocument({
    language,
    title: text.title,
    path: '/my',
    body: html`<div class="one">${noticeOf(props)}
<div><p class="eyebrow">${text.ownPage}</p><h1>${text.title}</h1></div>
<p class="lead">${text.lead}</p>
${groups.length > 0 ? groups : html`<div class="card"><section><h2>${text.none}</h2><p class="quiet">${text.noneText}</p></section></div>`}
${sessionOf(props)}</div>`,
  });
}

export interface PartnerPageProps extends SignedInProps {
  certificateLink: CertificateLink;
  own: OwnPartner;
  history: readonly OwnHistoryRecord[];
}

function capabilities(language: Language, own: OwnPartner): Content {
  const [text, page] = [ownWords[language], sentences[language]];
  const [partner, company] = [named(own.partner.name), named(own.companyName)];
  if (!own.isLive) return html`<section><p>${text.mayNothing(partner)}</p></section>`;
  const may = [...page.willList(partner, company), ...(own.delegatedAdmin ? [html`${text.mayAdminister}`] : [])];
  const mayNot = [...(own.delegatedAdmin ? page.willNotWith() : page.willNotWithout()), ...page.willNotEver()];
  return html`<section aria-labelledby="may"><h2 id="may">${text.may(partner)}</h2>${points('yes', may)}</section>
<section aria-labelledby="may-not"><h2 id="may-not">${text.mayNot(partner)}</h2>${points('no', mayNot)}</section>`;
}

function historyOf(language: Language, { own, history }: PartnerPageProps): Html {
  const text = ownWords[language];
  const partner = named(own.partner.name);
  const lines = history.map(({ id, type, at: when, by, data, hasReceipt }) => {
    const who = by ? html`<bdi>${shorten(by, 80)}</bdi>` : text.you;
    const link =
      hasReceipt &&
      html`<span class="go"><a href="${at(language, pathOf(own, `/receipts/${id}`))}">${text.receiptOf}<span class="visually-hidden">: ${text.happened[type](partner, who, data)}</span></a></span>`;
    return html`<li><span>${text.happened[type](partner, who, data)}</span><span class="quiet small">${moment(language, when)}</span>${link}</li>`;
  });
  return html`<section aria-labelledby="history"><h2 id="history">${text.history}</h2>${lines.length > 0 ? html`<ul class="rows">${lines}</ul>` : html`<p class="quiet">${text.historyEmpty}</p>`}</section>`;
}

/** One partner: what it may do, since when and till when, what the customer can do about it, and what happened. */
export function renderPartnerPage(props: PartnerPageProps): string {
  const { language, own } = props;
  const [text, page] = [ownWords[language], sentences[language]];
  const [partner, company] = [named(own.partner.name), named(own.companyName)];
  const isAdmin = own.role === 'global-admin';
  return renderDocument({
    language,
    title: shorten(own.partner.name, 60),
    path: `/my${pathOf(own)}`,
    body: html`<div class="one">${noticeOf(props)}
<div>${crumbOf(language, '', text.back)}<p class="eyebrow">${text.of(company)}</p><h1>${partner}</h1></div>
${own.relationship === 'ending' && html`<div class="note"><p>${text.ending(partner)}</p></div>`}
${own.isLive && own.agreementAcceptedAt === null && agreementNote(language, [own], [own])}
${!isAdmin && html`<div class="note"><p>${text.onlyAdmin(company)}</p></div>`}
<div class="card"><div>${adminPill(language, own)}</div>
<div>${factsOf([
      [text.facts.company, html`<bdi>${shorten(own.companyName, 200)}</bdi> (<bdi>${shorten(own.domain, 120)}</bdi>)`],
      [text.facts.since, day(language, own.since)],
      !own.isLive && own.endedAt !== null && [text.facts.ended, day(language, own.endedAt)],
      own.isLive && [text.facts.delegatedAdmin, own.delegatedAdmin ? text.granted : text.notGranted],
      own.isLive &&
        own.delegatedAdmin &&
        own.delegatedAdminSince !== null && [text.facts.adminSince, day(language, own.delegatedAdminSince)],
      own.isLive && [own.delegatedAdmin ? text.facts.adminTill : text.facts.till, tillOf(language, own)],
      [text.facts.agreement, agreementOf(language, own)],
      own.supportContact !== null && [text.facts.support, html`<bdi>${shorten(own.supportContact, 200)}</bdi>`],
      own.supportReseller !== null && [
        text.facts.support,
        html`<bdi>${shorten(own.supportReseller.name, 200)}</bdi>${own.supportReseller.webSite !== null && html`<br>${webSiteOf(page, own.supportReseller.webSite)}`}`,
      ],
      own.partner.webSite !== null && [text.facts.webSite, webSiteOf(page, own.partner.webSite)],
      [text.facts.location, countryName(language, own.partner.country)],
    ])}</div>
${
  own.isLive &&
  own.delegatedAdmin &&
  isAdmin &&
  html`<div class="acts"><a class="button grave" href="${at(language, pathOf(own, '/delegated-admin'))}">${text.takeAway}</a></div>`
}${own.certificateId !== null && html`<div class="acts">${certificateOf(language, own, props.certificateLink)}</div>`}</div>
${own.isLive && html`<div class="card"><section><h2>${buyingWords[language].title}</h2><p class="quiet">${buyingWords[language].openText(partner)}</p></section><div class="acts"><a class="button second small" href="${at(language, pathOf(own, '/purchases'))}">${buyingWords[language].open}</a></div></div>`}
<div class="card">${capabilities(language, own)}</div>
<div class="card">${historyOf(language, props)}</div>
${sessionOf(props)}</div>`,
  });
}

export interface OwnPartnerProps extends SignedInProps {
  own: OwnPartner;
}

/** Before delegated admin is taken away: what that means for this very partner. */
export function renderTakeAwayPage(props: OwnPartnerProps): string {
  const { language, own } = props;
  const text = ownWords[language];
  const [partner, company] = [named(own.partner.name), named(own.companyName)];
  const can = own.delegatedAdmin && own.role === 'global-admin';
  return renderDocument({
    language,
    title: text.takeAwayTitle(shorten(own.partner.name, 60)),
    path: `/my${pathOf(own, '/delegated-admin')}`,
    body: html`<div class="one">${noticeOf(props)}
<div>${crumbOf(language, pathOf(own), partner)}<h1>${text.takeAwayTitle(partner)}</h1></div>
${!own.delegatedAdmin && html`<p class="lead">${text.nothingToTakeAway(partner)}</p>`}
${own.delegatedAdmin && !can && html`<div class="note"><p>${text.onlyAdmin(company)}</p></div>`}
${
  own.delegatedAdmin &&
  html`<p class="lead">${text.takeAwayLead(partner, company)}</p>
<div class="card"><section>${points('no', text.takeAwayWill(partner))}</section>
<section aria-labelledby="stays"><h2 id="stays">${text.takeAwayStays}</h2>${points('yes', text.takeAwayStaysList(partner))}</section>
${can && html`<section><form method="post" action="${at(language, pathOf(own, '/delegated-admin'))}"><button class="button grave" type="submit"><span>${text.takeAwayButton(partner)}</span></button></form></section>`}</div>`
}
<p><a href="${at(language, pathOf(own))}">${text.keep}</a></p>${sessionOf(props)}</div>`,
  });
}

/** The customer agreement, to read and accept on the customer's own page. */
export function renderOwnAgreementPage(props: OwnPartnerProps & { errors?: readonly FieldError[] | undefined }): string {
  const { language, own, errors = [] } = props;
  const [text, page] = [ownWords[language], sentences[language]];
  const [partner, company] = [named(own.partner.name), named(own.companyName)];
  const form: FormState = { language, errors };
  const isOpen = own.isLive && own.agreementAcceptedAt === null;
  const { title, version, sections } = agreements[language];
  return renderDocument({
    language,
    title: html`${errors.length > 0 && page.titleError}${text.agreementTitle(shorten(own.companyName, 60))}`,
    path: `/my${pathOf(own, '/agreement')}`,
    body: html`<div class="one">${noticeOf(props)}${errorSummary(form, new Set(['agreement']))}
<div>${crumbOf(language, pathOf(own), partner)}<h1>${text.agreementTitle(company)}</h1></div>
<p class="lead">${isOpen ? text.agreementLead(company) : own.isLive ? text.agreementDone(company) : text.agreementOver(partner)}</p>
<div class="card"><section aria-labelledby="agreement"><h2 id="agreement">${title}</h2><div class="agreement" role="region" aria-label="${title}: ${version}" tabindex="0"><p>${version}</p>${sections.map((section) => html`<h3>${section.heading}</h3><p>${section.text}</p>`)}</div></section>
${
  isOpen &&
  (own.role === 'global-admin'
    ? html`<section><form method="post" action="${at(language, pathOf(own, '/agreement'))}">${checkbox(form, { name: 'agreement', label: page.agreementAccept(company), checked: false })}<button class="button first" type="submit">${text.agreementButton}</button></form></section>`
    : html`<section><p>${text.onlyAdmin(company)}</p></section>`)
}</div>
${sessionOf(props)}</div>`,
  });
}
