import {
  approvalDays,
  type BillingCurrency,
  type Cloud,
  type FieldError,
  formatAmount,
  type Language,
  lengths,
  pricedProducts,
  productNameIn,
  purchaseProductOf,
  regionOf,
  regionsOf,
  type Scope,
  scopes,
} from '@clientele/domain';
import type { OwnBuying, OwnOrder, OwnPartner, OwnReservation } from '@clientele/services';
import { type BuyingField, type BuyingNotice, buyingRule, buyingWords } from './buying-words.ts';
import { renderDocument } from './document.ts';
import { type Content, type Html, html, shorten } from './html.ts';
import { icons } from './icons.ts';
import { day, moment, named, points } from './invitations.ts';
import { sentences } from './messages.ts';
import { at, factsOf, sessionOf } from './own-pages.ts';

/** What each page about buying knows. */
export interface BuyingProps {
  language: Language;
  person: { name: string };
  own: OwnPartner;
  buying: OwnBuying;
  notice?: BuyingNotice | undefined;
}

/** What stands in the form, as it was typed. */
export interface TypedChoice {
  productId: string;
  region: string;
  quantity: string;
  scope: string;
  scopeName: string;
  subscriptionId: string;
}

const badNotices: readonly BuyingNotice[] = ['priceChanged', 'notOwner', 'stopped', 'changed', 'again'];

const noticeOf = ({ language, notice }: BuyingProps): Content => {
  const isBad = notice !== undefined && badNotices.includes(notice);
  return (
    notice &&
    html`<div class="note${isBad && ' bad'}" role="${isBad ? 'alert' : 'status'}" tabindex="-1" autofocus><p>${buyingWords[language].notices[notice]}</p></div>`
  );
};

const pathOf = (own: OwnPartner, more: string) => `/partners/${own.customerId}${more}`;
const crumb = (language: Language, path: string, label: Content): Html =>
  html`<p class="crumb"><a href="${at(language, path)}">‹ ${label}</a></p>`;

const productName = (language: Language, id: string): string => {
  const product = purchaseProductOf(id);
  return product ? productNameIn(product, language) : id;
};
const regionName = (language: Language, id: string): string => {
  const region = regionOf(id);
  return region ? (language === 'ja' ? region.japaneseName : region.name) : id;
};

/** Why the person cannot buy now, and what to do; undefined when it can. */
export function hindranceOf({ own, buying }: Pick<BuyingProps, 'own' | 'buying'>): keyof (typeof buyingWords)['en']['todo'] | undefined {
  if (buying.standing !== 'working') return buying.standing;
  if (buying.plans.length === 0) return 'notOwner';
  return own.agreementAcceptedAt === null ? 'agreement' : undefined;
}

function page(props: BuyingProps, more: { title: Content; path: string; query?: string; body: Content }): string {
  return renderDocument({
    language: props.language,
    title: more.title,
    path: `/my${pathOf(props.own, more.path)}${more.query ? `?${more.query}` : ''}`,
    body: html`<div class="one">${noticeOf(props)}${more.body}${sessionOf(props)}</div>`,
  });
}

/** What the partner allows: brakes, what is left, until when. */
function allowanceOf(props: BuyingProps): Html {
  const { language, own, buying } = props;
  const text = buyingWords[language];
  const partner = named(own.partner.name);
  const hindrance = hindranceOf(props);
  const { brakes, month, currency } = buying;
  const money = (amount: number) => formatAmount(amount, currency, language);
  const isOn = brakes && buying.standing !== 'off' && buying.standing !== 'ended';
  return html`<section aria-labelledby="allowed"><h2 id="allowed">${text.allows(partner)}</h2>
<p class="pill${!hindrance && ' on'}">${hindrance ? icons.no : icons.yes}<span>${text.standing[buying.standing](partner)}</span></p>
<p class="quiet">${text.todo[hindrance ?? 'working'](partner)}</p></section>
${
  isOn &&
  html`<div>${factsOf([
    [text.facts.perPurchase, money(brakes.mostPerPurchase)],
    [text.facts.perMonth, html`${money(brakes.mostPerMonth)} (${text.zone[buying.zone]})`],
    [text.facts.left, text.leftUntil(money(month.left), moment(language, month.until))],
    [text.facts.how, text.how[brakes.approval](partner)],
    [text.facts.until, brakes.endsAt ? moment(language, brakes.endsAt) : text.noEnd],
  ])}</div>`
}
${!hindrance && html`<div class="acts"><a class="button first small" href="${at(language, pathOf(own, '/buy'))}">${text.buy}</a></div>`}`;
}

function reservationRow({ language, own }: BuyingProps, reservation: OwnReservation): Html {
  const text = buyingWords[language];
  const { productId, quantity, state, endsAt, order, openRequest } = reservation;
  return html`<li><span>${text.times(quantity)} ${productName(language, productId)}</span><span class="quiet small">${text.reservationState[state](day(language, endsAt))}${order && html` · ${regionName(language, order.region)}`}${openRequest && html` · <a href="${at(language, pathOf(own, `/orders/${openRequest.id}`))}">${text.asked[openRequest.kind]}</a>`}</span>${reservation.canAsk && html`<span class="go"><a href="${at(language, pathOf(own, `/reservations/${reservation.id}`))}">${text.change}<span class="visually-hidden">: ${productName(language, productId)}</span></a></span>`}</li>`;
}

function orderRow({ language, own }: BuyingProps, order: OwnOrder): Html {
  const text = buyingWords[language];
  const price = order.kind === 'cancel' ? '' : ` · ${formatAmount(order.total, order.currency, language)}`;
  return html`<li><span>${text.kind[order.kind]}: ${text.times(order.quantity)} ${productName(language, order.productId)}</span><span class="quiet small">${text.state[order.state]}${price} · ${moment(language, order.orderedAt)}</span><span class="go"><a href="${at(language, pathOf(own, `/orders/${order.id}`))}">${text.look}<span class="visually-hidden">: ${text.kind[order.kind]} ${productName(language, order.productId)}</span></a></span></li>`;
}

/** What the partner allows, the reservations that there are, and what was ordered. */
export function renderPurchasesPage(props: BuyingProps): string {
  const { language, own, buying } = props;
  const text = buyingWords[language];
  return page(props, {
    title: text.title,
    path: '/purchases',
    body: html`<div>${crumb(language, pathOf(own, ''), named(own.partner.name))}<h1>${text.title}</h1></div>
<div class="card">${allowanceOf(props)}</div>
<div class="card"><section aria-labelledby="reservations"><h2 id="reservations">${text.reservations}</h2>${
      buying.reservations.length > 0
        ? html`<ul class="rows">${buying.reservations.map((one) => reservationRow(props, one))}</ul>`
        : html`<p class="quiet">${text.noReservations}</p>`
    }</section></div>
<div class="card"><section aria-labelledby="orders"><h2 id="orders">${text.orders}</h2>${
      buying.orders.length > 0
        ? html`<ul class="rows">${buying.orders.map((one) => orderRow(props, one))}</ul>`
        : html`<p class="quiet">${text.noOrders}</p>`
    }</section></div>`,
  });
}

/** The parts of a form. */
interface Form {
  language: Language;
  errors: readonly FieldError[];
}

function field(form: Form, name: BuyingField, control: (bound: Content) => Content, hint?: Content): Html {
  const error = form.errors.find(({ path }) => path === name);
  const ids = [hint && `${name}-hint`, error && `${name}-error`].filter((id) => typeof id === 'string');
  const bound = html`${ids.length > 0 && html` aria-describedby="${ids.join(' ')}"`}${error && html` aria-invalid="true"`}`;
  return html`<div class="field"><label for="${name}">${buyingWords[form.language].fields[name]}</label>${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}${error && html`<p class="error" id="${name}-error">${icons.error}<span>${buyingRule(form.language, error)}</span></p>`}${control(bound)}</div>`;
}

function options(form: Form, name: BuyingField, value: string, list: readonly { value: string; label: string }[]): Html {
  const isKnown = list.some((one) => one.value === value);
  return field(
    form,
    name,
    (bound) =>
      html`<select id="${name}" name="${name}" required${bound}><option value=""${!isKnown && html` selected`}>${buyingWords[form.language].choose}</option>${list.map((one) => html`<option value="${one.value}"${one.value === value && html` selected`}>${one.label}</option>`)}</select>`,
  );
}

/** What can be chosen of the catalogue, with prices in the partner's currency. */
function choiceFields(form: Form, typed: TypedChoice, { cloud, currency }: { cloud: Cloud; currency: BillingCurrency }): Html {
  const { language } = form;
  const text = buyingWords[language];
  return html`${options(
    form,
    'productId',
    typed.productId,
    pricedProducts.map((product) => ({
      value: product.id,
      label: `${productNameIn(product, language)}: ${text.fromPrice(formatAmount(product.prices?.[currency] ?? 0, currency, language))}`,
    })),
  )}
<div class="pair">${options(
    form,
    'region',
    typed.region,
    regionsOf(cloud).map(({ id, percent }) => ({ value: id, label: `${regionName(language, id)} (${text.surcharge(percent)})` })),
  )}${field(
    form,
    'quantity',
    (bound) =>
      html`<input id="quantity" name="quantity" type="text" inputmode="numeric" value="${typed.quantity}" maxlength="6" autocomplete="off" required${bound}>`,
  )}</div>
${options(
  form,
  'scope',
  typed.scope,
  scopes.map((value) => ({ value, label: text.scope[value] })),
)}
${field(
  form,
  'scopeName',
  (bound) =>
    html`<input id="scopeName" name="scopeName" type="text" value="${typed.scopeName}" maxlength="90" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false"${bound}>`,
  text.hints.scopeName,
)}`;
}

function summaryOf({ language, errors }: Form): Content {
  if (errors.length === 0) return undefined;
  const text = buyingWords[language];
  const labels: Partial<Record<string, string>> = text.fields;
  return html`<div class="note bad" role="alert" tabindex="-1" autofocus id="errors"><h2>${sentences[language].summary(errors.length)}</h2><ul>${errors.map((error) => html`<li>${labels[error.path] ? html`<a href="#${error.path}">${labels[error.path]}: ${buyingRule(language, error)}</a>` : buyingRule(language, error)}</li>`)}</ul></div>`;
}

const hidden = (values: Record<string, string>): Html[] =>
  Object.entries(values).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);

const languageField = (language: Language): Html => html`<input type="hidden" name="language" value="${language}">`;

export interface BuyPageProps extends BuyingProps {
  cloud: Cloud;
  typed: TypedChoice;
  /** Goes along to the page with the price: whoever comes back to that one by the browser's Back, and sends it again, has ordered once. */
  formKey: string;
  errors?: readonly FieldError[] | undefined;
}

/** Where a reservation is chosen. Nothing is sent but a question for its price. */
export function renderBuyPage(props: BuyPageProps): string {
  const { language, own, buying, typed, cloud, errors = [] } = props;
  const text = buyingWords[language];
  const form: Form = { language, errors };
  const partner = named(own.partner.name);
  return page(props, {
    title: html`${errors.length > 0 && sentences[language].titleError}${text.buyTitle}`,
    path: '/buy',
    body: html`${summaryOf(form)}<div>${crumb(language, pathOf(own, '/purchases'), text.backToList)}<h1>${text.buyTitle}</h1></div>
<p class="lead">${text.buyLead(partner)}</p>
<div class="card">${
      hindranceOf(props)
        ? allowanceOf(props)
        : html`<div>${factsOf([
            [text.facts.perPurchase, formatAmount(buying.brakes?.mostPerPurchase ?? 0, buying.currency, language)],
            [
              text.facts.left,
              text.leftUntil(formatAmount(buying.month.left, buying.currency, language), moment(language, buying.month.until)),
            ],
            [text.facts.how, buying.brakes && text.how[buying.brakes.approval](partner)],
          ])}</div>
<form method="get" action="/my${pathOf(own, '/buy/review')}">${languageField(language)}${hidden({ formKey: props.formKey })}${
            buying.plans.length > 1 &&
            options(
              form,
              'subscriptionId',
              typed.subscriptionId,
              buying.plans.map(({ id, name }, index) => ({ value: id, label: `${name} ${index + 1} (${id.slice(-6)})` })),
            )
          }${choiceFields(form, typed, { cloud, currency: buying.currency })}
<button class="button first" type="submit">${text.toReview}</button></form>`
    }</div>`,
  });
}

/** A choice with its price. */
export interface PricedChoice {
  productId: string;
  region: string;
  quantity: number;
  scope: Scope;
  scopeName: string;
  unitPrice: number;
  total: number;
}

const choiceRows = (
  language: Language,
  choice: Omit<PricedChoice, 'scopeName'> & { scopeName: string | null },
  currency: BillingCurrency,
) => {
  const text = buyingWords[language];
  const months = purchaseProductOf(choice.productId)?.termMonths;
  return [
    [text.rows.product, productName(language, choice.productId)],
    months !== undefined && ([text.rows.term, text.term(months)] as const),
    [text.rows.region, regionName(language, choice.region)],
    [text.rows.quantity, String(choice.quantity)],
    [text.rows.scope, html`<bdi>${text.scopeShort(choice.scope, choice.scopeName ?? '')}</bdi>`],
    [text.rows.unit, formatAmount(choice.unitPrice, currency, language)],
    [text.rows.total, html`<strong>${formatAmount(choice.total, currency, language)}</strong>`],
  ] as (readonly [string, Content] | false)[];
};

export interface ReviewPageProps extends BuyingProps {
  choice: PricedChoice;
  subscriptionId: string;
  formKey: string;
  /** The reservation that this shall be exchanged for; none: it is bought. */
  reservation?: OwnReservation | undefined;
  note?: string | undefined;
}

/** All of it once more, with the price and what happens next, before the one button that orders. */
export function renderReviewPage(props: ReviewPageProps): string {
  const { language, own, buying, choice, formKey, reservation } = props;
  const text = buyingWords[language];
  const partner = named(own.partner.name);
  const { productId, region, quantity, scope, scopeName, total } = choice;
  const typed = { productId, region, quantity: String(quantity), scope, scopeName, subscriptionId: props.subscriptionId };
  const waits = buying.brakes?.approval === 'ask';
  const query = new URLSearchParams(typed).toString();
  const here = new URLSearchParams({ ...typed, formKey }).toString();
  const left = Math.max(0, buying.month.left - total);
  const path = reservation ? `/reservations/${reservation.id}` : '/buy';
  const next = reservation
    ? text.nextExchange(partner, approvalDays)
    : waits
      ? text.nextAsk(partner, approvalDays)
      : text.nextTell(partner);
  const button = reservation
    ? text.exchange.send(partner)
    : waits
      ? text.confirmAsk(partner)
      : text.confirm(formatAmount(total, buying.currency, language));
  const sent = { ...typed, total: String(total), formKey, ...(reservation ? { kind: 'exchange', note: props.note ?? '' } : {}) };
  return page(props, {
    title: text.reviewTitle,
    path: reservation ? `${path}/review` : '/buy/review',
    query: here,
    body: html`<div>${crumb(language, pathOf(own, path), reservation ? text.requestTitle : text.buyTitle)}<h1>${text.reviewTitle}</h1></div>
<p class="lead">${text.reviewLead}</p>
<div class="card"><div>${factsOf([
      reservation !== undefined && [
        text.rows.about,
        html`${text.times(reservation.quantity)} ${productName(language, reservation.productId)}`,
      ],
      ...choiceRows(language, choice, buying.currency),
      reservation === undefined && [text.rows.left, formatAmount(left, buying.currency, language)],
    ])}</div>
<section aria-labelledby="next"><h2 id="next">${text.next}</h2>${points('yes', next)}</section>
<section><form method="post" action="${at(language, pathOf(own, path))}">${hidden(sent)}<button class="button first" type="submit"><span>${button}</span></button></form></section></div>
<p><a href="${at(language, pathOf(own, path))}&amp;${query}">${text.back}</a></p>`,
  });
}

/** One order: what it is of, and what became of it. */
export function renderOrderPage(props: BuyingProps & { order: OwnOrder; about: OwnReservation | undefined }): string {
  const { language, own, order, about } = props;
  const text = buyingWords[language];
  const partner = named(own.partner.name);
  const isBought = order.kind === 'buy' && order.state === 'placed' && order.decidedAt === null;
  const isGood = order.state === 'placed';
  return page(props, {
    title: `${text.kind[order.kind]}: ${text.state[order.state]}`,
    path: `/orders/${order.id}`,
    body: html`<div>${crumb(language, pathOf(own, '/purchases'), text.backToList)}<div class="badge${isGood ? ' good' : order.state === 'awaiting-approval' ? ' warn' : ''}">${isGood ? icons.yes : order.state === 'awaiting-approval' ? icons.clock : icons.no}</div><p class="eyebrow">${text.kind[order.kind]}</p><h1>${text.state[order.state]}</h1></div>
<p class="lead">${isBought ? text.boughtText(partner) : text.stateText[order.state](partner, order.lapsesAt ? moment(language, order.lapsesAt) : '')}</p>
<div class="card"><div>${factsOf([
      about !== undefined && [text.rows.about, html`${text.times(about.quantity)} ${productName(language, about.productId)}`],
      ...(order.kind === 'cancel' ? [] : choiceRows(language, order, order.currency)),
      [text.rows.at, moment(language, order.orderedAt)],
      order.orderedBy !== '' && [text.rows.by, html`<bdi>${shorten(order.orderedBy, 80)}</bdi>`],
      order.note !== null && [text.rows.note, html`<bdi>${shorten(order.note, lengths.reason)}</bdi>`],
      order.decidedAt !== null && [text.rows.decided, moment(language, order.decidedAt)],
      order.answer !== null && [text.rows.answer, html`<bdi>${shorten(order.answer, lengths.reason)}</bdi>`],
      [text.rows.number, html`<span class="code-small">${order.id.slice(-12)}</span>`],
    ])}</div>
${order.canWithdraw && html`<section><p class="quiet">${text.withdrawText}</p><form method="post" action="${at(language, pathOf(own, `/orders/${order.id}/withdraw`))}"><button class="button grave small" type="submit">${text.withdraw}</button></form></section>`}</div>`,
  });
}

export interface RequestPageProps extends BuyingProps {
  cloud: Cloud;
  reservation: OwnReservation;
  typed: TypedChoice;
  formKey: string;
  /** What the same again would cost today. */
  renewal: string;
  errors?: readonly FieldError[] | undefined;
}

/** What can be asked for a reservation: to exchange, renew or cancel it. The partner decides. */
export function renderRequestPage(props: RequestPageProps): string {
  const { language, own, buying, reservation, typed, cloud, formKey, renewal, errors = [] } = props;
  const text = buyingWords[language];
  const partner = named(own.partner.name);
  const path = pathOf(own, `/reservations/${reservation.id}`);
  const form: Form = { language, errors };
  const send = (kind: 'renew' | 'cancel') =>
    html`<form method="post" action="${at(language, path)}">${hidden({ kind, formKey })}<div class="field"><label for="note-${kind}">${text.fields.note}</label><p class="hint" id="note-${kind}-hint">${text.hints.note(partner)}</p><textarea id="note-${kind}" name="note" rows="2" maxlength="${lengths.reason}" aria-describedby="note-${kind}-hint"></textarea></div><button class="button ${kind === 'cancel' ? 'grave' : 'second'} small" type="submit">${text[kind].button}</button></form>`;
  return page(props, {
    title: html`${errors.length > 0 && sentences[language].titleError}${text.requestTitle}`,
    path: `/reservations/${reservation.id}`,
    body: html`${summaryOf(form)}<div>${crumb(language, pathOf(own, '/purchases'), text.backToList)}<p class="eyebrow">${text.requestTitle}</p><h1>${text.times(reservation.quantity)} ${productName(language, reservation.productId)}</h1></div>
<p class="lead">${text.requestLead(partner)}</p>
<div class="card"><div>${factsOf([
      [text.rows.state, text.reservationState[reservation.state](day(language, reservation.endsAt))],
      reservation.order !== null && [text.rows.region, regionName(language, reservation.order.region)],
      reservation.openRequest !== null && [text.rows.about, text.asked[reservation.openRequest.kind]],
    ])}</div>
${
  reservation.canAsk
    ? html`<section><h2>${text.renew.title}</h2><p class="quiet">${text.renew.text(partner, renewal)}</p>${send('renew')}</section>
<section><h2>${text.exchange.title}</h2><p class="quiet">${text.exchange.text(partner)}</p><form method="get" action="/my${path}/review">${languageField(language)}${hidden({ formKey })}${choiceFields(form, typed, { cloud, currency: buying.currency })}<button class="button second small" type="submit">${text.exchange.button}</button></form></section>
<section><h2>${text.cancel.title}</h2><p class="quiet">${text.cancel.text(partner)}</p>${send('cancel')}</section>`
    : html`<section><p>${text.cannotAsk(partner)}</p></section>`
}</div>`,
  });
}
