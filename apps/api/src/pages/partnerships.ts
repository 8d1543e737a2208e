import { type FieldError, type HandOverState, type Language, lengths, type PartnershipAnswer, type PartnerType } from '@clientele/domain';
import { renderDocument } from './document.ts';
import { errorSummary, type FormState, input, textArea } from './fields.ts';
import { type Content, type Html, html, initial, shorten } from './html.ts';
import { icons } from './icons.ts';
import { countryName, day, mailLink, moment, named, points, webSiteOf } from './invitations.ts';
import { sentences } from './messages.ts';
import { type PartnershipNotice, partnershipWords } from './partnership-words.ts';

export interface PartnershipPageProps {
  language: Language;
  /** `/p/<token>`. Forms go to `<path>/accept`, `/decline`, `/hand-over` and `/sign-out`, each with `?language=`; the script tells `<path>/seen`. */
  path: string;
  /** As it is now: one past its time is `expired`. `handed_over`: this very link is over, somebody else has another one. */
  state: 'pending' | 'accepted' | 'declined' | 'revoked' | 'expired' | 'handed_over';
  provider: { name: string; country: string; webSite?: string; since: Date; contactName: string; contactEmail: string };
  /** The reseller, as the provider has named it. */
  companyName: string;
  recipientName?: string;
  matchCode: string;
  expiresAt: Date;
  /** When it was accepted, declined, revoked or, for this link, handed over. */
  answeredAt?: Date;
  /** Who is in front of the page, and what that comes to. `step`: the second factor is missing. */
  answer: PartnershipAnswer | 'step';
  reader?: { name: string; organization?: string; type?: PartnerType };
  /** Of the reader's own organisation, for who misses the role. */
  admins?: readonly string[];
  /** The reader's organisation is a reseller of this provider already. */
  activeSince?: Date;
  /** Where the reader's own side of it stands in the portal: the request, or the partnership. */
  portalPath?: string;
  handOver: {
    state: HandOverState | null;
    isPossible: boolean;
    values?: { adminName: string; adminEmail: string; adminNote: string };
  };
  errors?: readonly FieldError[];
  declineReason?: string;
  notice?: PartnershipNotice;
}

type Text = (typeof partnershipWords)[Language];

interface Page {
  props: PartnershipPageProps;
  text: Text;
  form: FormState;
  provider: Html;
  company: Html;
}

const action = ({ props }: Page, act: string) => `${props.path}/${act}?language=${props.language}`;

function card({ props: { language, provider } }: Page): Html {
  const words = sentences[language];
  const rows: [string, Content, Content?][] = [
    ...(provider.webSite ? [[words.webSite, webSiteOf(words, provider.webSite)] as [string, Content]] : []),
    [words.location, countryName(language, provider.country)],
    [words.partnerSince, day(language, provider.since)],
    [words.contact, html`<bdi>${shorten(provider.contactName, 120)}</bdi>`, mailLink(provider.contactEmail)],
  ];
  return html`<section class="card" aria-labelledby="who"><div>
<h2 class="visually-hidden" id="who">${words.whoAsks}</h2>
<div class="who"><span class="sign" aria-hidden="true">${initial(provider.name)}</span><div><p class="name"><bdi>${shorten(provider.name, 200)}</bdi></p></div></div>
<p class="quiet small">${words.partnerType['indirect-provider']}</p>
<dl class="facts">${rows.map(([label, value, more]) => html`<div><dt>${label}</dt><dd>${value}</dd>${more && html`<dd class="sub">${more}</dd>`}</div>`)}</dl>
</div></section>`;
}

function intro(page: Page): Html {
  const { props, text, provider, company } = page;
  const words = sentences[props.language];
  const long = props.provider.name.length + props.companyName.length > 90;
  return html`<div class="intro">
<div><p class="eyebrow">${text.page}</p><h1${long && html` class="long"`}>${text.asks(provider, company)}</h1></div>
<div class="lead">${props.recipientName && html`<p>${words.greeting(named(props.recipientName))}</p>`}<p>${text.lead(provider)}</p><p>${text.whoAnswers} ${words.openUntil(moment(props.language, props.expiresAt))}</p></div>
${card(page)}
<section class="match" aria-labelledby="match"><h2 id="match">${words.isItReally(provider)}</h2><p class="quiet">${words.compare(provider)}</p><p><span class="visually-hidden">${words.matchCode}: </span><span class="code" translate="no">${shorten(props.matchCode, 40)}</span></p></section>
</div>`;
}

function meaning({ text, provider }: Page): Html {
  return html`<section aria-labelledby="will"><h2 id="will">${text.will}</h2>${points('yes', text.willList(provider))}</section>
<section aria-labelledby="will-not"><h2 id="will-not">${text.willNot}</h2>${points('no', text.willNotList(provider))}</section>
<section aria-labelledby="end"><h2 id="end">${text.end}</h2>${points('yes', text.endList(provider))}</section>`;
}

function declineForm(page: Page): Html {
  const { props, text, form, provider } = page;
  const open = form.errors.some(({ path }) => path === 'reason');
  return html`<details${open && html` open`}><summary>${text.decline}</summary>
<form method="post" action="${action(page, 'decline')}"><p class="quiet">${text.declineNote(provider)}</p>
${textArea(form, { name: 'reason', value: props.declineReason ?? '', hint: text.reasonHint(provider), most: lengths.reason })}
<button class="button second" type="submit">${text.declineSubmit}</button></form></details>`;
}

function handOverForm(page: Page): Html {
  const { props, text, form, provider } = page;
  const { isPossible, values } = props.handOver;
  const wrong = form.errors.some(({ path }) => path.startsWith('admin')) || props.notice === 'hand-over-limit';
  const fields = html`<form method="post" action="${action(page, 'hand-over')}"><p class="quiet">${text.handOver.text(provider)}</p>
${input(form, { name: 'adminName', value: values?.adminName ?? '', autocomplete: 'off', most: lengths.personName })}
${input(form, { name: 'adminEmail', type: 'email', value: values?.adminEmail ?? '', autocomplete: 'off', most: lengths.email, verbatim: true, keyboard: 'email' })}
${textArea(form, { name: 'adminNote', value: values?.adminNote ?? '', hint: text.handOver.note(provider), most: lengths.reason })}
<button class="button second" type="submit">${text.handOver.submit}</button></form>`;
  return html`<details${wrong && html` open`}><summary>${text.handOver.summary}</summary>${isPossible ? fields : html`<p class="quiet">${text.handOver.forward(provider)}</p>`}</details>`;
}

function handOverNote({ props, provider }: Page): Content {
  const words = sentences[props.language];
  if (props.handOver.state === 'pending')
    return html`<section class="note" aria-labelledby="hand-over"><h2 id="hand-over">${words.handOverWaits.heading}</h2><p>${words.handOverWaits.text(provider)}</p></section>`;
  return props.handOver.state === 'refused' && html`<div class="note"><p>${words.handOverRefused(provider)}</p></div>`;
}

const signInPath = ({ props }: Page, page = '/sign-in') => `${page}?to=${encodeURIComponent(`${props.path}?language=${props.language}`)}`;

const otherAccount = (page: Page): Html =>
  html`<form method="post" action="${action(page, 'sign-out')}"><button class="button second" type="submit">${page.text.otherAccount}</button></form>`;

const toPortal = ({ props }: Page, label: string): Content =>
  props.portalPath && html`<p><a class="button second" href="${props.portalPath}">${label}</a></p>`;

/** Who is in front of the page, and what that person can do. */
function answer(page: Page): Html {
  const { props, text, provider, company } = page;
  const { reader } = props;
  const name = named(reader?.name ?? '');
  const organization = named(reader?.organization ?? props.companyName);
  const section = (heading: Content, body: Content) =>
    html`<section aria-labelledby="answer"><h2 id="answer" tabindex="-1">${heading}</h2>${body}</section>`;
  if (props.activeSince)
    return html`${section(text.active.heading(provider), html`<p class="quiet">${text.active.text(organization, provider, day(props.language, props.activeSince))}</p>${toPortal(page, text.active.open)}`)}
${declineForm(page)}`;
  switch (props.answer) {
    case 'may':
      return html`${section(
        text.answer,
        html`<form method="post" action="${action(page, 'accept')}"><p class="quiet">${text.signedIn(name, organization)}</p>
<div class="stack"><button class="button first" type="submit"><span>${text.accept(organization, provider)}</span></button><p class="hint">${text.acceptNote(provider)}</p></div></form>`,
      )}
${declineForm(page)}${handOverForm(page)}`;
    case 'sign-in':
      return html`${section(text.signInHeading, html`<p class="quiet">${text.signIn(company)}</p><p><a class="button first" href="${signInPath(page)}">${text.signInButton}</a></p>`)}
<details><summary>${text.notHere.summary}</summary><p class="quiet">${text.notHere.text(company, provider)}</p></details>
${declineForm(page)}${handOverForm(page)}`;
    case 'step':
      return html`${section(text.step.heading, html`<p class="quiet">${text.step.text(name)}</p><p><a class="button first" href="${signInPath(page, '/second-factor')}">${text.step.button}</a></p>`)}
${otherAccount(page)}${handOverForm(page)}`;
    case 'customer':
      return html`${section(text.customer.heading, html`<p class="quiet">${text.customer.text(name)}</p>${otherAccount(page)}`)}${declineForm(page)}${handOverForm(page)}`;
    case 'role':
      return html`${section(
        text.role.heading,
        html`<p class="quiet">${text.role.text(name, organization)}</p><p class="quiet">${props.admins?.length ? text.role.admins(shorten(props.admins.join(props.language === 'ja' ? '、' : ', '), 200)) : text.role.noAdmins}</p>`,
      )}
${otherAccount(page)}${handOverForm(page)}`;
    case 'no-reseller':
      return html`${section(text.noReseller.heading, html`<p class="quiet">${text.noReseller.text(organization, text.types[reader?.type ?? 'direct-partner'])}</p>${otherAccount(page)}`)}${declineForm(page)}${handOverForm(page)}`;
    case 'own-request':
      return section(
        text.ownRequest.heading,
        html`<p class="quiet">${text.ownRequest.text(name, company)}</p>${toPortal(page, text.ownRequest.open)}${otherAccount(page)}`,
      );
  }
}

function noticeOf({ props, text }: Page): Content {
  if (!props.notice) return undefined;
  const bad = props.notice !== 'changed-meanwhile';
  return html`<div class="note${bad && ' bad'}" role="alert" tabindex="-1"${!props.errors?.length && html` autofocus`}><p>${text.notices[props.notice]}</p></div>`;
}

function pendingPage(page: Page): Html {
  return html`${noticeOf(page)}${errorSummary(page.form, new Set(['reason', 'adminName', 'adminEmail', 'adminNote']))}${handOverNote(page)}
<div class="two">${intro(page)}
<div class="card">${meaning(page)}${answer(page)}</div>
</div>`;
}

/** The page of a request that can no longer be answered: what happened, and what to do. */
function overPage(page: Page, state: Exclude<PartnershipPageProps['state'], 'pending'>): Html {
  const { props, text, provider } = page;
  const at = state === 'expired' ? props.expiresAt : (props.answeredAt ?? props.expiresAt);
  // The name that the organisation gives itself is told to its own people alone.
  const company = state === 'accepted' && props.reader?.organization && props.portalPath ? named(props.reader.organization) : page.company;
  const sign = { accepted: icons.yes, declined: icons.no, revoked: icons.back, expired: icons.clock, handed_over: icons.forward }[state];
  const tone = { accepted: ' good', declined: '', revoked: ' warn', expired: ' warn', handed_over: '' }[state];
  const contact = html`<bdi>${shorten(props.provider.contactName, 120)}</bdi> (${mailLink(props.provider.contactEmail)})`;
  const rows: [string, Content][] = [
    [text.rows.provider, provider],
    [text.rows.reseller, company],
    [text.rows.at, moment(props.language, at)],
    [sentences[props.language].matchCode, html`<span translate="no">${shorten(props.matchCode, 40)}</span>`],
  ];
  return html`<div class="one">${noticeOf(page)}
<div><div class="badge${tone}">${sign}</div><p class="eyebrow">${text.page}</p><h1>${text.over[state].heading(provider, company)}</h1></div>
<p class="lead">${text.over[state].text(provider, company, moment(props.language, at))}</p>
${
  state === 'accepted'
    ? html`<div class="card"><dl class="facts plain-facts">${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
<section aria-labelledby="next"><h2 id="next">${text.next}</h2><ol class="steps">${text.nextList(provider).map((line) => html`<li>${line}</li>`)}</ol></section>${toPortal(page, text.openPartnership)}</div>`
    : state !== 'handed_over' && html`<p>${text.contact(provider, contact)}</p>`
}
${card(page)}</div>`;
}

/** The page behind the link of a request for a partnership, for whoever is in front of it. It only shows; a POST of its forms changes. */
export function renderPartnershipPage(props: PartnershipPageProps): string {
  const text = partnershipWords[props.language];
  const page: Page = {
    ...{ props, text, form: { language: props.language, errors: props.errors ?? [] } },
    provider: named(props.provider.name),
    company: named(props.companyName),
  };
  const { state } = props;
  const [provider, company] = [shorten(props.provider.name, 40), shorten(props.companyName, 40)];
  return renderDocument({
    language: props.language,
    title: state === 'pending' ? text.asks(provider, company) : text.over[state].heading(provider, company),
    path: props.path,
    ...(state === 'pending' ? { skipTo: 'answer', seenAt: `${props.path}/seen` } : {}),
    body: state === 'pending' ? pendingPage(page) : overPage(page, state),
  });
}
