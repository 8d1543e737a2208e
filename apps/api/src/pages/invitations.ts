import {
  type CustomerPurpose,
  countryCodes,
  type FieldError,
  type HandOverState,
  type InvitationState,
  type Language,
  lengths,
  type PartnerType,
} from '@clientele/domain';
import { agreements } from './agreement.ts';
import { renderDocument } from './document.ts';
import { checkbox, errorSummary, type FormState, input, select, textArea } from './fields.ts';
import { type AlsoAskedProps, forBothWords } from './for-both.ts';
import { type Content, type Html, html, initial, shorten } from './html.ts';
import { icons } from './icons.ts';
import { type PageNotice, sentences } from './messages.ts';

/** What the person has typed, or what the partner has filled in before. */
export interface NewOrganizationValues {
  companyName: string;
  domain: string;
  country: string;
  firstName: string;
  lastName: string;
  /** The invited address: shown and sent back for password managers; not to be believed. */
  email: string;
  agreement?: boolean;
}

/** Who is in front of the page, and so what may be done. A password is never given back. */
export type Answerer =
  /**
   * The organisation is unknown here: this person may open its account. `countries` limits the choice to what the cloud serves.
   * Somebody who is signed in already (`signedInAs`) needs no new password.
   */
  | { kind: 'new-organization'; values: NewOrganizationValues; countries?: readonly string[]; signedInAs?: string }
  /** The organisation has users here, and nobody is signed in. */
  | { kind: 'sign-in'; email?: string }
  /** Signed in as a global admin of the organisation. */
  | { kind: 'signed-in'; name: string; agreement?: boolean }
  /** Signed in, but not as a global admin of this organisation. */
  | { kind: 'not-admin'; name: string; email?: string };

export interface InvitationPageProps {
  language: Language;
  /** `/i/<token>`. Forms go to `<path>/accept`, `/decline`, `/hand-over` and `/sign-in`, each with `?language=`; the script tells `<path>/seen`. */
  path: string;
  /** As it is now: one past its time is `expired`. `handed_over`: this very link is over, somebody else has another one. */
  state: InvitationState | 'handed_over';
  purpose: CustomerPurpose;
  partner: {
    name: string;
    /** ISO 3166-1 alpha-2. */
    country: string;
    type: PartnerType;
    webSite?: string;
    /** When the partner was set up here. */
    since: Date;
    contactName: string;
    contactEmail: string;
  };
  companyName: string;
  recipientName?: string;
  /** The provider that the reseller asks for as well. */
  provider?: AlsoAskedProps;
  delegatedAdmin: boolean;
  /** For so many days, and until when if it is accepted now (on a receipt: until when it was granted); missing: without an end. */
  delegatedAdminFor?: { days: number; until: Date };
  /** For a request for more of it: when it ends now. */
  heldUntil?: Date;
  /** The customer has not accepted the customer agreement yet; on a receipt: it accepted it with this answer. */
  agreementNeeded: boolean;
  matchCode: string;
  expiresAt: Date;
  /** When it was accepted, declined, revoked or, for this link, handed over. */
  answeredAt?: Date;
  /** Who accepted, for the receipt. */
  answeredBy?: string;
  answerer: Answerer;
  /** What became of naming somebody else through this link, whether it can be done now, and what was typed. */
  handOver: {
    state: HandOverState | null;
    isPossible: boolean;
    values?: { adminName: string; adminEmail: string; adminNote: string };
  };
  /** Broken rules; `path` is the name of a field in one of the forms. */
  errors?: readonly FieldError[];
  /** The reason that was typed for declining, when it has to be shown again. */
  declineReason?: string;
  notice?: PageNotice;
}

type Text = (typeof sentences)[Language];

const locales: Readonly<Record<Language, { code: string; timeZone: string; zone: string }>> = {
  en: { code: 'en-GB', timeZone: 'UTC', zone: ' UTC' },
  ja: { code: 'ja-JP', timeZone: 'Asia/Tokyo', zone: '(日本時間)' },
};

export function moment(language: Language, date: Date): Html {
  const { code, timeZone, zone } = locales[language];
  const day = new Intl.DateTimeFormat(code, { dateStyle: 'long', timeZone }).format(date);
  const time = new Intl.DateTimeFormat(code, { timeStyle: 'short', timeZone }).format(date);
  return html`<time datetime="${date.toISOString()}">${day}${language === 'ja' ? ' ' : ', '}${time}${zone}</time>`;
}

/** A day, where the hour says nothing. */
export function day(language: Language, date: Date): Html {
  const { code, timeZone } = locales[language];
  return html`<time datetime="${date.toISOString()}">${new Intl.DateTimeFormat(code, { dateStyle: 'long', timeZone }).format(date)}</time>`;
}

function month(language: Language, date: Date): string {
  const { code, timeZone } = locales[language];
  return new Intl.DateTimeFormat(code, { year: 'numeric', month: 'long', timeZone }).format(date);
}

export const countryName = (language: Language, code: string) =>
  new Intl.DisplayNames(language, { type: 'region', fallback: 'code' }).of(code) ?? code;

function countryOptions(language: Language, codes: readonly string[]) {
  const { compare } = new Intl.Collator(language);
  return codes.map((value) => ({ value, label: countryName(language, value) })).sort((a, b) => compare(a.label, b.label));
}

/** A name in running text: whole names stand on the card, so a very long one is cut here. Set apart from the text's direction. */
export const named = (name: string, most = 60): Html => html`<bdi>${shorten(name, most)}</bdi>`;

/** The address of a web site that may be a link, else undefined: nothing but http and https. */
function webAddress(webSite: string): URL | undefined {
  try {
    const url = new URL(webSite);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
  } catch {
    return undefined;
  }
}

export function webSiteOf(text: Text, webSite: string): Html {
  const url = webAddress(webSite);
  if (!url || url.username || url.password) return html`<bdi>${shorten(webSite, 120)}</bdi>`;
  const shown = shorten(`${url.host}${url.pathname === '/' ? '' : url.pathname}`, 60);
  return html`<a href="${url.href}" target="_blank" rel="noopener noreferrer nofollow">${shown}<span class="visually-hidden"> ${text.newTab}</span></a>`;
}

export function mailLink(address: string, subject?: string): Html {
  const query = subject ? `?subject=${encodeURIComponent(shorten(subject, 120))}` : '';
  const [mailbox, host] = address.split(/@(?=[^@]*$)/);
  return html`<a href="mailto:${encodeURIComponent(address).replaceAll('%40', '@')}${query}"><bdi>${mailbox}${host !== undefined && html`<wbr>@${host}`}</bdi></a>`;
}

export const points = (kind: 'yes' | 'no', lines: readonly Html[]): Html =>
  html`<ul class="points ${kind}">${lines.map((line) => html`<li>${icons[kind]}${line}</li>`)}</ul>`;

/** What the whole page keeps saying again. */
interface Page {
  props: InvitationPageProps;
  text: Text;
  form: FormState;
  partner: Html;
  company: Html;
}

function noticeOf({ props, text }: Page): Content {
  if (!props.notice) return undefined;
  const bad = props.notice !== 'changed-meanwhile';
  return html`<div class="note${bad && ' bad'}" role="alert" tabindex="-1"${!props.errors?.length && html` autofocus`}><p>${text.notices[props.notice]}</p></div>`;
}

function partnerCard({ props: { language, partner }, text }: Page): Html {
  const rows: [string, Content, Content?][] = [
    ...(partner.webSite ? [[text.webSite, webSiteOf(text, partner.webSite)] as [string, Content]] : []),
    [text.location, countryName(language, partner.country)],
    [text.partnerSince, text.since(month(language, partner.since))],
    [text.contact, html`<bdi>${shorten(partner.contactName, 120)}</bdi>`, mailLink(partner.contactEmail)],
  ];
  return html`<section class="card" aria-labelledby="who"><div>
<h2 class="visually-hidden" id="who">${text.whoAsks}</h2>
<div class="who"><span class="sign" aria-hidden="true">${initial(partner.name)}</span><div><p class="name"><bdi>${shorten(partner.name, 200)}</bdi></p></div></div>
<p class="quiet small">${text.partnerType[partner.type]}</p>
<dl class="facts">${rows.map(([label, value, more]) => html`<div><dt>${label}</dt><dd>${value}</dd>${more && html`<dd class="sub">${more}</dd>`}</div>`)}</dl>
</div></section>`;
}

/** The provider that is asked for now; none once it is out. */
const askedFor = ({ provider }: InvitationPageProps): AlsoAskedProps | undefined => (provider?.isOff ? undefined : provider);

/** Who asks, by name: the reseller, or it and its provider. */
function askers({ props, partner }: Page): Html {
  const also = askedFor(props);
  return also ? forBothWords[props.language].both(partner, named(also.name)) : partner;
}

/** What is said of a provider that is asked for as well, or that was when the mail went out. */
function providerNote({ props, partner }: Page): Content {
  const words = forBothWords[props.language];
  if (!props.provider) return undefined;
  const provider = named(props.provider.name);
  if (!props.provider.isOff) return html`<p>${words.lead(partner, provider)}</p>`;
  return html`<div class="note"><p><b>${words.off.heading(provider)}</b></p><p>${words.off.text(partner, provider)}</p></div>`;
}

function intro(page: Page): Html {
  const { props, text, partner, company } = page;
  const long = props.partner.name.length + props.companyName.length > 90;
  return html`<div class="intro">
<div><p class="eyebrow">${text.pageFor[props.purpose]}</p><h1${long && html` class="long"`}>${text.asks[props.purpose](askers(page), company)}</h1></div>
<div class="lead">${props.recipientName && html`<p>${text.greeting(named(props.recipientName))}</p>`}<p>${props.heldUntil && props.purpose === 'delegated-admin' ? text.leadMore(partner, moment(props.language, props.heldUntil)) : text.lead[props.purpose](askers(page))}</p>${providerNote(page)}<p>${text.openUntil(moment(props.language, props.expiresAt))}</p></div>
${partnerCard(page)}
<section class="match" aria-labelledby="match"><h2 id="match">${text.isItReally(partner)}</h2><p class="quiet">${text.compare(partner)}</p><p><span class="visually-hidden">${text.matchCode}: </span><span class="code" translate="no">${shorten(props.matchCode, 40)}</span></p></section>
</div>`;
}

/** What both will be able to do, and what each of them alone: delegated admin is asked for by itself. */
function capabilitiesOfBoth(page: Page, also: AlsoAskedProps): Html {
  const { props, text, partner, company } = page;
  const words = forBothWords[props.language];
  const provider = named(also.name);
  const adminOf = (name: Html, asked: boolean, term: { days: number; until: Date } | undefined) =>
    asked ? [words.of(name, text.willAdminister(term?.days ?? null, term ? moment(props.language, term.until) : null))] : [];
  const will = [
    ...text.willList(partner, company),
    ...adminOf(partner, props.delegatedAdmin, props.delegatedAdminFor),
    ...adminOf(provider, also.delegatedAdmin, also.delegatedAdminFor),
  ];
  const willNot = [
    ...(props.delegatedAdmin ? [] : [words.noAdmin(partner)]),
    ...(also.delegatedAdmin ? [] : [words.noAdmin(provider)]),
    words.apart(partner, provider),
    ...text.willNotEver(),
  ];
  const both = askers(page);
  return html`<section aria-labelledby="will"><h2 id="will">${text.will(both)}</h2>${points('yes', will)}</section>
<section aria-labelledby="will-not"><h2 id="will-not">${text.willNot(both)}</h2>${points('no', willNot)}</section>`;
}

function capabilities(page: Page): Content {
  const { props, text, partner, company } = page;
  const also = askedFor(props);
  if (also) return capabilitiesOfBoth(page, also);
  const { days, until } = props.delegatedAdminFor ?? { days: null, until: null };
  const isAdminOnly = props.purpose === 'delegated-admin';
  const administer = text.willAdminister(days, until && moment(props.language, until));
  const will = [...(isAdminOnly ? [] : text.willList(partner, company)), ...(props.delegatedAdmin ? [administer] : [])];
  const willNot = [
    ...(props.delegatedAdmin ? text.willNotWith() : text.willNotWithout()),
    ...(isAdminOnly ? text.willKeep() : text.willNotEver()),
  ];
  return html`<section aria-labelledby="will"><h2 id="will">${text.will(partner)}</h2>${points('yes', will)}</section>
<section aria-labelledby="will-not"><h2 id="will-not">${text.willNot(partner)}</h2>${points('no', willNot)}</section>`;
}

function agreement({ props, text, company }: Page): Content {
  if (!props.agreementNeeded) return undefined;
  const { title, version, sections } = agreements[props.language];
  const body = sections.map((section) => html`<h3>${section.heading}</h3><p>${section.text}</p>`);
  return html`<section aria-labelledby="agreement"><h2 id="agreement">${text.agreementHeading}</h2><p class="quiet">${text.agreementNeeded(company)}</p>
<details><summary>${text.agreementRead}</summary><div class="agreement" role="region" aria-label="${title}: ${version}" tabindex="0"><p>${version}</p>${body}</div></details></section>`;
}

function agreementBox({ props, text, form, company }: Page, checked: boolean | undefined): Content {
  return props.agreementNeeded && checkbox(form, { name: 'agreement', label: text.agreementAccept(company), checked: checked === true });
}

/** Where a form goes. The language goes along, so that errors come back in it. */
const action = ({ props }: Page, act: 'accept' | 'decline' | 'hand-over' | 'sign-in') => `${props.path}/${act}?language=${props.language}`;

function signInForm(page: Page, email: string | undefined, first: boolean): Html {
  const { text } = page;
  const form: FormState = first ? page.form : { language: page.props.language, errors: [], id: 'sign-in' };
  return html`<form method="post" action="${action(page, 'sign-in')}">
${input(form, { name: 'email', type: 'email', value: email ?? '', autocomplete: 'username', most: lengths.email, verbatim: true, keyboard: 'email' })}
${input(form, { name: 'password', type: 'password', autocomplete: 'current-password' })}
<button class="button ${first ? 'first' : 'second'}" type="submit">${text.signIn}</button>
</form>`;
}

/** For who signs in here already, below another form. Opens by itself when a sign-in is what is missing. */
function otherSignIn(page: Page, label: string): Html {
  const { notice } = page.props;
  const open = notice === 'sign-in-failed' || notice === 'too-many-attempts' || notice === 'sign-in-needed';
  return html`<details${open && html` open`}><summary>${label}</summary>${signInForm(page, undefined, false)}</details>`;
}

function declineForm(page: Page): Html {
  const { props, text, form, partner } = page;
  const open = form.errors.some(({ path }) => path === 'reason');
  const also = askedFor(props);
  return html`<details${open && html` open`}><summary>${text.decline}</summary>
<form method="post" action="${action(page, 'decline')}"><p class="quiet">${also ? forBothWords[props.language].declineNote(partner, named(also.name)) : text.declineNote(partner)}</p>
${textArea(form, { name: 'reason', value: props.declineReason ?? '', hint: text.hints.reason(partner), most: lengths.reason })}
<button class="button second" type="submit">${text.declineSubmit}</button></form></details>`;
}

/** Who is not the right person says who is. Opens by itself when something was wrong with it. */
function handOverForm(page: Page): Html {
  const { props, text, form, partner, company } = page;
  const { isPossible, values } = props.handOver;
  const wrong = form.errors.some(({ path }) => path.startsWith('admin')) || props.notice === 'hand-over-limit';
  const fields = html`<form method="post" action="${action(page, 'hand-over')}"><p class="quiet">${text.handOver(partner, company)}</p>
${input(form, { name: 'adminName', value: values?.adminName ?? '', autocomplete: 'off', most: lengths.personName })}
${input(form, { name: 'adminEmail', type: 'email', value: values?.adminEmail ?? '', autocomplete: 'off', most: lengths.email, hint: text.handOverHints.email(company), verbatim: true, keyboard: 'email' })}
${textArea(form, { name: 'adminNote', value: values?.adminNote ?? '', hint: text.handOverHints.note(partner), most: lengths.reason })}
<button class="button second" type="submit">${text.handOverSubmit}</button></form>`;
  return html`<details${wrong && html` open`}><summary>${text.notMe}</summary>${isPossible ? fields : html`<p class="quiet">${text.handOverForward(partner)}</p>`}</details>`;
}

/** How it stands with somebody else having been named, on top of the page. */
function handOverNote({ props, text, partner }: Page): Content {
  const { state } = props.handOver;
  if (state === 'pending')
    return html`<section class="note" aria-labelledby="hand-over"><h2 id="hand-over">${text.handOverWaits.heading}</h2><p>${text.handOverWaits.text(partner)}</p></section>`;
  return state === 'refused' && html`<div class="note"><p>${text.handOverRefused(partner)}</p></div>`;
}

function newOrganizationForm(page: Page, { values, countries, signedInAs }: Extract<Answerer, { kind: 'new-organization' }>): Html {
  const { props, text, form, partner, company } = page;
  const firstName = input(form, { name: 'firstName', value: values.firstName, autocomplete: 'given-name', most: lengths.personName });
  const lastName = input(form, { name: 'lastName', value: values.lastName, autocomplete: 'family-name', most: lengths.personName });
  return html`<form method="post" action="${action(page, 'accept')}"><p class="quiet">${text.newOrganization(company, partner)}</p>
<fieldset><legend>${text.company}</legend>
${input(form, { name: 'companyName', value: values.companyName, autocomplete: 'organization', most: lengths.companyName })}
${input(form, { name: 'domain', value: values.domain, autocomplete: 'off', most: 253, hint: text.hints.domain, verbatim: true, keyboard: 'url' })}
${select(form, { name: 'country', value: values.country, autocomplete: 'country', options: countryOptions(props.language, countries?.length ? countries : countryCodes) })}
</fieldset>
<fieldset><legend>${text.you}</legend>
<div class="pair">${props.language === 'ja' ? [lastName, firstName] : [firstName, lastName]}</div>
${input(form, { name: 'email', type: 'email', value: values.email, autocomplete: 'username', hint: signedInAs === undefined ? text.hints.email : text.hints.emailOnly, readOnly: true })}
${
  signedInAs === undefined
    ? input(form, { name: 'password', type: 'password', autocomplete: 'new-password', hint: text.hints.newPassword, least: 10 })
    : html`<p class="quiet">${text.keepsSignIn(named(signedInAs), company)}</p>`
}
</fieldset>
${agreementBox(page, values.agreement)}
<div class="stack"><button class="button first" type="submit">${text.acceptNew}</button><p class="hint">${text.acceptNote(partner)}</p></div>
</form>`;
}

function answer(page: Page): Content {
  const { props, text, partner, company } = page;
  const { answerer } = props;
  switch (answerer.kind) {
    case 'new-organization':
      return html`<section aria-labelledby="answer"><h2 id="answer" tabindex="-1">${text.yourAnswer}</h2>${newOrganizationForm(page, answerer)}</section>
${declineForm(page)}${otherSignIn(page, answerer.signedInAs === undefined ? text.haveSignIn : text.otherAccount)}${handOverForm(page)}`;
    case 'signed-in':
      return html`<section aria-labelledby="answer"><h2 id="answer" tabindex="-1">${text.yourAnswer}</h2>
<form method="post" action="${action(page, 'accept')}"><p class="quiet">${text.signedIn(named(answerer.name), company)}</p>
${agreementBox(page, answerer.agreement)}
<div class="stack"><button class="button first" type="submit">${text.accept}</button><p class="hint">${text.acceptNote(partner)}</p></div></form></section>
${declineForm(page)}${otherSignIn(page, text.otherAccount)}`;
    case 'sign-in':
      return html`<section aria-labelledby="answer"><h2 id="answer" tabindex="-1">${text.signInHeading}</h2><p class="quiet">${text.signInWhy(company)}</p>${signInForm(page, answerer.email, true)}</section>
${handOverForm(page)}`;
    case 'not-admin':
      return html`<section aria-labelledby="answer"><h2 id="answer" tabindex="-1">${text.notAdminHeading}</h2><p class="quiet">${text.notAdmin(named(answerer.name), company)}</p></section>
<section aria-labelledby="other"><h2 id="other">${text.otherAccount}</h2>${signInForm(page, answerer.email, false)}</section>
${handOverForm(page)}`;
  }
}

/** Which fields stand on the page for this person: only to those can an error lead. */
function shownFields({ answerer, agreementNeeded, handOver }: InvitationPageProps): ReadonlySet<string> {
  const fields: Record<Answerer['kind'], string[]> = {
    'new-organization': ['companyName', 'domain', 'country', 'firstName', 'lastName', 'email', 'password', 'reason'],
    'signed-in': ['reason'],
    'sign-in': ['email', 'password'],
    'not-admin': [],
  };
  const mayAccept = answerer.kind === 'new-organization' || answerer.kind === 'signed-in';
  const named = handOver.isPossible && answerer.kind !== 'signed-in' ? ['adminName', 'adminEmail', 'adminNote'] : [];
  return new Set([...fields[answerer.kind], ...named, ...(mayAccept && agreementNeeded ? ['agreement'] : [])]);
}

function pendingPage(page: Page): Html {
  const { props } = page;
  return html`${noticeOf(page)}${errorSummary(page.form, shownFields(props))}${handOverNote(page)}
<div class="two">${intro(page)}
<div class="card">${capabilities(page)}${agreement(page)}${answer(page)}</div>
</div>`;
}

/** What the answer came to for the provider. */
function receiptOfProvider(language: Language, { name, answer, delegatedAdmin, delegatedAdminFor }: AlsoAskedProps): Html {
  const words = forBothWords[language];
  const said = words.answers[answer ?? 'off'](named(name));
  return delegatedAdmin && delegatedAdminFor && answer !== 'off'
    ? html`${said}<br>${words.receiptAdmin(moment(language, delegatedAdminFor.until))}`
    : said;
}

function receipt({ props, text }: Page): Html {
  const rows: [string, Content][] = [
    [text.receiptRows.partner, html`<bdi>${shorten(props.partner.name, 200)}</bdi>`],
    [text.receiptRows.company, html`<bdi>${shorten(props.companyName, 200)}</bdi>`],
    [text.receiptRows.what, text.receiptWhat[props.purpose]],
    [
      text.receiptRows.delegatedAdmin,
      props.delegatedAdmin && props.delegatedAdminFor
        ? text.receiptUntil(moment(props.language, props.delegatedAdminFor.until))
        : text.receiptDelegated[props.delegatedAdmin ? 'yes' : 'no'],
    ],
    ...(props.provider?.answer
      ? [[forBothWords[props.language].row, receiptOfProvider(props.language, props.provider)] as [string, Content]]
      : []),
    ...(props.agreementNeeded ? [[text.receiptRows.agreement, text.receiptAgreement] as [string, Content]] : []),
    ...(props.answeredAt ? [[text.receiptRows.at, moment(props.language, props.answeredAt)] as [string, Content]] : []),
    ...(props.answeredBy ? [[text.receiptRows.by, html`<bdi>${shorten(props.answeredBy, 200)}</bdi>`] as [string, Content]] : []),
    [text.matchCode, html`<span translate="no">${shorten(props.matchCode, 40)}</span>`],
  ];
  return html`<section aria-labelledby="receipt"><h2 class="visually-hidden" id="receipt">${text.receipt}</h2>
<dl class="facts plain-facts">${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}

/** The page of a request that can no longer be answered: what happened, and what to do. */
function overPage(page: Page, state: Exclude<InvitationPageProps['state'], 'pending'>): Html {
  const { props, text, partner, company } = page;
  const at = state === 'expired' ? props.expiresAt : props.answeredAt;
  const admin = state === 'accepted' && props.purpose === 'delegated-admin' ? text.acceptedAdmin : null;
  const said =
    props.purpose === 'delegated-admin' && state !== 'accepted' && state !== 'handed_over'
      ? text.overAdmin[state](partner, moment(props.language, at ?? props.expiresAt))
      : !at && (state === 'declined' || state === 'revoked')
        ? text.overWithoutMoment[state](partner, company)
        : text.over[state].text(partner, company, moment(props.language, at ?? props.expiresAt));
  const sign = { accepted: icons.yes, declined: icons.no, revoked: icons.back, expired: icons.clock, handed_over: icons.forward }[state];
  const tone = { accepted: ' good', declined: '', revoked: ' warn', expired: ' warn', handed_over: '' }[state];
  const subject = text.mailSubject(shorten(props.partner.name, 50), shorten(props.companyName, 50));
  const contact = html`<bdi>${shorten(props.partner.contactName, 120)}</bdi>`;
  const long = props.partner.name.length + props.companyName.length > 90;
  return html`<div class="one">${noticeOf(page)}
<div><div class="badge${tone}">${sign}</div><p class="eyebrow">${text.pageFor[props.purpose]}</p><h1${long && html` class="long"`}>${admin ? admin.heading(partner, company) : text.over[state].heading(partner, company)}</h1></div>
<p class="lead">${said}</p>
${
  state === 'accepted'
    ? html`<div class="card">${receipt(page)}<section aria-labelledby="next"><h2 id="next">${text.next}</h2><ol class="steps">${(admin ? admin.next(partner) : text.nextAccepted(partner)).map((line) => html`<li>${line}</li>`)}</ol></section></div>`
    : state !== 'handed_over' &&
      html`<p>${text.contactNow(partner, html`${contact} (${mailLink(props.partner.contactEmail, subject)})`)}</p>`
}
${partnerCard(page)}</div>`;
}

/** The page behind the link of an invitation mail, for whoever is in front of it. It only shows; a POST of its forms changes. */
export function renderInvitationPage(props: InvitationPageProps): string {
  const text = sentences[props.language];
  const form: FormState = { language: props.language, errors: props.errors ?? [] };
  const page: Page = { props, text, form, partner: named(props.partner.name), company: named(props.companyName) };
  const [partner, company] = [shorten(props.partner.name, 40), shorten(props.companyName, 40)];
  const { state } = props;
  const over = state === 'accepted' && props.purpose === 'delegated-admin' ? text.acceptedAdmin : state !== 'pending' && text.over[state];
  const happened = over ? over.heading(partner, company) : text.asks[props.purpose](partner, company);
  const wrong = state === 'pending' && (form.errors.length > 0 || (props.notice && props.notice !== 'changed-meanwhile'));
  return renderDocument({
    language: props.language,
    title: html`${wrong && text.titleError}${happened}`,
    path: props.path,
    ...(state === 'pending' ? { skipTo: 'answer', seenAt: `${props.path}/seen` } : {}),
    body: state === 'pending' ? pendingPage(page) : overPage(page, state),
  });
}
