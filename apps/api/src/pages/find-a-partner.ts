import {
  addressOrder,
  choiceName,
  type Language,
  languages,
  type ProfileChoiceField,
  type ProfileContent,
  type ProfileLocation,
  type ProfileLogo,
  profileChoiceFields,
  profileChoices,
  subdivisionsOf,
} from '@clientele/domain';
import type { FoundPartner, FoundPartners, PartnerFilters, PublishedProfile } from '@clientele/services';
import { renderDocument } from './document.ts';
import { findWords } from './find-a-partner-words.ts';
import { type Content, type Html, html, initial, plain, shorten } from './html.ts';
import { icons } from './icons.ts';
import { day, named } from './invitations.ts';

export const findPath = '/find-a-partner';

// Made once: a page has some dozens of names, and making one of these costs more than the page.
const regions = Object.fromEntries(
  languages.map((language) => [language, new Intl.DisplayNames(language, { type: 'region', fallback: 'code' })]),
) as Record<Language, Intl.DisplayNames>;
const countryName = (language: Language, code: string) => regions[language].of(code) ?? code;

/** The address of a logo: what is in it names it, so that it may be kept for ever. */
const logoPath = (logo: Pick<ProfileLogo, 'hash'>, isPreview = false) =>
  `${isPreview ? '/api/business-profiles/logos' : '/partner-logos'}/${logo.hash}`;

/** What is asked for as the query of an address, in an order of its own, so that the same question has one address. */
export function queryOf(filters: PartnerFilters, more: Record<string, string | undefined> = {}): string {
  const query = new URLSearchParams();
  for (const name of ['search', 'country', 'place'] as const) if (filters[name]) query.append(name, filters[name]);
  for (const field of profileChoiceFields) for (const id of filters[field] ?? []) query.append(field, id);
  for (const [name, value] of Object.entries(more)) if (value) query.append(name, value);
  return query.size > 0 ? `?${query}` : '';
}

export interface FindPageProps {
  language: Language;
  publicUrl: string;
  filters: PartnerFilters;
  found: FoundPartners;
  /** Countries that somebody has a profile for. */
  countries: readonly string[];
  /** Something in the address was none of our filters. */
  hasUnknown: boolean;
  isFirst: boolean;
}

const number = (language: Language, value: number) => new Intl.NumberFormat(language).format(value);

const isFiltered = (filters: PartnerFilters) => queryOf(filters) !== '';

function indexOf(language: Language, publicUrl: string, pathOf: (language: Language) => string, description: string, isListed: boolean) {
  return {
    description,
    isListed,
    canonical: publicUrl + pathOf(language),
    alternates: languages.map((other) => ({ language: other, href: publicUrl + pathOf(other) })),
  };
}

/** "Find a partner": a form that asks by its address, and a page of what it found. */
export function renderFindPage(props: FindPageProps): string {
  const { language, publicUrl, filters, found, isFirst } = props;
  const text = findWords[language];
  const pathOf = (other: Language) => `${findPath}${queryOf(filters, { language: other })}`;
  const path = `${findPath}${queryOf(filters)}`;
  const nobody = found.items.length === 0 && !isFiltered(filters) && isFirst;
  return renderDocument({
    language,
    title: text.title,
    path,
    skipTo: 'results',
    wide: true,
    // Any number of questions can be asked: search engines follow the list itself.
    index: indexOf(language, publicUrl, pathOf, text.description, isFirst && !isFiltered(filters)),
    body: html`<div class="find"><div class="find-head"><h1>${text.title}</h1><p class="lead">${text.lead}</p></div>
${props.hasUnknown && html`<div class="note" role="status"><p>${text.unknown}</p></div>`}
${nobody ? nobodyYet(language) : [formOf(props), resultsOf(props)]}</div>`,
  });
}

const nobodyYet = (language: Language): Html =>
  html`<div class="card empty" id="results"><section><div class="badge">${icons.link}</div><h2>${findWords[language].nobodyTitle}</h2><p class="quiet">${findWords[language].nobodyText}</p></section></div>`;

function formOf({ language, filters, countries }: FindPageProps): Html {
  const text = findWords[language];
  const { compare } = new Intl.Collator(language);
  const known = [...new Set([...countries, ...(filters.country ? [filters.country] : [])])];
  const places = known.map((value) => ({ value, label: countryName(language, value) })).sort((a, b) => compare(a.label, b.label));
  const isOpen = profileChoiceFields.some((field) => (filters[field] ?? []).length > 0);
  return html`<form class="card find-form" method="get" action="${findPath}" role="search"><div class="find-fields">
<input type="hidden" name="language" value="${language}">
<div class="field"><label for="find-search">${text.search}</label><input id="find-search" name="search" type="search" value="${filters.search}" maxlength="100" placeholder="${text.searchHint}" autocomplete="off" enterkeyhint="search"></div>
<div class="field"><label for="find-country">${text.country}</label>${selectOf('find-country', 'country', filters.country, text.anyCountry, places)}</div>
<div class="field"><label for="find-place">${text.place}</label><input id="find-place" name="place" type="search" value="${filters.place}" maxlength="100" placeholder="${text.placeHint}" autocomplete="off" enterkeyhint="search"></div>
<button class="button first" type="submit">${text.find}</button>
</div><details${isOpen && html` open`}><summary>${text.filters}</summary><div class="find-more">${profileChoiceFields.map((field) => choiceOf(language, field, filters[field] ?? []))}</div></details></form>`;
}

const selectOf = (
  id: string,
  name: string,
  value: string | undefined,
  any: string,
  options: readonly { value: string; label: string }[],
): Html =>
  html`<select id="${id}" name="${name}"><option value="">${any}</option>${options.map((option) => html`<option value="${option.value}"${option.value === value && html` selected`}>${option.label}</option>`)}</select>`;

/** One select for each list. An address may ask for several of one list: all but the first go along unseen, and stand among the filters to be taken away. */
function choiceOf(language: Language, field: ProfileChoiceField, [first, ...others]: readonly string[]): Html {
  const text = findWords[language];
  const options = profileChoices[field].map((choice) => ({ value: choice.id, label: choice[language] }));
  return html`<div class="field"><label for="find-${field}">${text.fields[field]}</label>${selectOf(`find-${field}`, field, first, text.any, options)}${others.map((id) => html`<input type="hidden" name="${field}" value="${id}">`)}</div>`;
}

function chipsOf({ language, filters }: FindPageProps): Content {
  const text = findWords[language];
  const chip = (label: Content, rest: PartnerFilters) =>
    html`<li><a class="chip" href="${findPath}${queryOf(rest, { language })}" rel="nofollow">${text.without(label)}<span aria-hidden="true"> ×</span></a></li>`;
  const chips = [
    filters.search && chip(html`“<bdi>${shorten(filters.search, 40)}</bdi>”`, { ...filters, search: undefined }),
    filters.country && chip(countryName(language, filters.country), { ...filters, country: undefined }),
    filters.place && chip(html`<bdi>${shorten(filters.place, 40)}</bdi>`, { ...filters, place: undefined }),
    ...profileChoiceFields.flatMap((field) =>
      (filters[field] ?? []).map((id) =>
        chip(choiceName(field, id, language), { ...filters, [field]: (filters[field] ?? []).filter((other) => other !== id) }),
      ),
    ),
  ].filter((one) => one instanceof Object);
  if (chips.length === 0) return undefined;
  return html`<ul class="chips">${chips}<li><a class="clear" href="${findPath}?language=${language}">${text.clear}</a></li></ul>`;
}

function resultsOf(props: FindPageProps): Html {
  const { language, filters, found, isFirst } = props;
  const text = findWords[language];
  const count = number(language, found.total.count);
  const heading = html`<div class="find-count"><h2 id="results" tabindex="-1">${isFirst || found.total.isAll ? text.found(count, found.total.isAll) : text.results}</h2><p class="quiet small">${text.order}</p></div>`;
  if (found.items.length === 0)
    return html`<section aria-labelledby="results"><h2 id="results" class="visually-hidden">${text.results}</h2>${chipsOf(props)}<div class="card empty"><section><h2>${text.nothingTitle}</h2><p class="quiet">${text.nothingText}</p><p><a class="button second small" href="${findPath}?language=${language}">${text.clear}</a></p></section></div></section>`;
  return html`<section aria-labelledby="results">${heading}${chipsOf(props)}
<ul class="found">${found.items.map((item, index) => cardOf(language, item, index < 6))}</ul>
${(found.next || !isFirst) && html`<nav class="pages" aria-label="${text.results}">${!isFirst && html`<a class="button second small" href="${findPath}${queryOf(filters, { language })}">‹ ${text.first}</a>`}${found.next && html`<a class="button second small" rel="next" href="${findPath}${queryOf(filters, { language, after: found.next })}">${text.next} ›</a>`}</nav>`}</section>`;
}

const signOf = (
  name: string,
  logo: ProfileLogo | null,
  size: 'small' | 'large',
  { isPreview = false, isLazy = false }: { isPreview?: boolean; isLazy?: boolean },
): Html =>
  logo
    ? html`<span class="logo ${size}"><img src="${logoPath(logo, isPreview)}" width="${logo.width}" height="${logo.height}" alt=""${isLazy && html` loading="lazy"`} decoding="async"></span>`
    : html`<span class="sign ${size}" aria-hidden="true">${initial(name)}</span>`;

/** The description on one line. */
const summaryOf = (content: ProfileContent, most: number) => shorten(content.description.replace(/\s+/g, ' '), most);

function cardOf(language: Language, { profileId, name, country, content }: FoundPartner, isSeenFirst: boolean): Html {
  const cities = [...new Set(content.locations.map((location) => placeOf(language, country, location)))].filter((city) => city !== '');
  const offered = [
    ...content.products.map((id) => choiceName('products', id, language)),
    ...content.services.map((id) => choiceName('services', id, language)),
  ];
  return html`<li class="card"><article>${signOf(name, content.logo, 'small', { isLazy: !isSeenFirst })}<div>
<h3><a href="${findPath}/${profileId}?language=${language}"><bdi>${shorten(name, 90)}</bdi></a></h3>
<p class="quiet small">${[countryName(language, country), ...cities.slice(0, 3)].join(' · ')}</p>
<p class="says">${summaryOf(content, 170)}</p>
<ul class="offered">${offered.slice(0, 5).map((label) => html`<li>${label}</li>`)}${offered.length > 5 && html`<li>+${offered.length - 5}</li>`}</ul></div></article></li>`;
}

/** City, or what stands for it. */
const placeOf = (language: Language, country: string, { address }: ProfileLocation): string =>
  plain(address.city) || stateOf(language, country, address.state);

const stateOf = (language: Language, country: string, state: string | undefined): string =>
  state ? (subdivisionsOf(country, language).find(({ code }) => code === state)?.name ?? state) : '';

/** The lines of an address, in the order of its country. */
function linesOf(language: Language, country: string, { address }: ProfileLocation): Html[] {
  const parts = {
    A: [address.line1, address.line2].filter(Boolean).join(', '),
    C: address.city,
    S: stateOf(language, country, address.state),
    Z: address.postalCode ?? '',
  };
  const order = addressOrder(country);
  const [first, rest] = [order.indexOf('A'), order.filter((part) => part !== 'A')];
  const place = rest
    .map((part) => parts[part])
    .filter(Boolean)
    .join(' ');
  const lines = first === 0 ? [parts.A, place] : [place, parts.A];
  return lines.filter((line) => line !== '').map((line) => html`<span>${shorten(line, 250)}</span>`);
}

export interface ProfilePageProps {
  language: Language;
  publicUrl: string;
  profile: Pick<PublishedProfile, 'profileId' | 'country' | 'content' | 'publishedAt'> & {
    partner: Pick<PublishedProfile['partner'], 'name'> & { since: Date | null };
  };
  /** To the partner's own people, before it is published. */
  isPreview?: boolean;
  /** How quickly it answers enquiries, once there is data to say so; nothing is shown without. */
  answersWithin?: Content;
}

/** The profile of a partner, with the way to write to it. Facts for machines stand beside the words they are in (microdata): nothing may stand inline. */
export function renderProfilePage({ language, publicUrl, profile, isPreview = false, answersWithin }: ProfilePageProps): string {
  const text = findWords[language];
  const { content, country, partner, profileId } = profile;
  const pathOf = (other: Language) => `${findPath}/${profileId}?language=${other}`;
  const chosen = (field: ProfileChoiceField) => content[field].map((id) => choiceName(field, id, language));
  const list = (label: string, names: readonly Content[]) =>
    names.length > 0 && html`<div><dt>${label}</dt><dd><ul class="offered">${names.map((name) => html`<li>${name}</li>`)}</ul></dd></div>`;
  const label = html`<span>${text.ask(named(partner.name, 40))}</span>`;
  const button = isPreview
    ? html`<span class="button first" aria-disabled="true">${label}</span>`
    : html`<a class="button first" href="${findPath}/${profileId}/enquiry?language=${language}">${label}</a>`;
  const ask = html`<p class="ask">${button}<span class="hint">${text.askHint}</span></p>`;
  return renderDocument({
    language,
    title: html`${shorten(partner.name, 80)} · ${text.title}`,
    path: `${findPath}/${isPreview ? 'preview/' : ''}${profileId}`,
    wide: true,
    ...(isPreview ? {} : { index: indexOf(language, publicUrl, pathOf, summaryOf(content, 155), true) }),
    body: html`${isPreview ? html`<div class="note" role="status"><p><strong>${text.previewTitle}</strong>: ${text.previewText}</p></div>` : html`<p class="crumb"><a href="${findPath}?language=${language}">‹ ${text.all}</a></p>`}
<article class="profile" itemscope itemtype="https://schema.org/Organization">
<header class="profile-head">${signOf(partner.name, content.logo, 'large', { isPreview })}${content.logo && !isPreview && html`<link itemprop="logo" href="${publicUrl}${logoPath(content.logo)}">`}<div><h1 itemprop="name"${partner.name.length > 50 && html` class="long"`}><bdi>${shorten(partner.name, 120)}</bdi></h1><p class="quiet">${text.serves(countryName(language, country))}</p></div></header>
<div class="profile-body"><div class="cards">
<section class="card"><section><h2>${text.about}</h2><p class="told" itemprop="description">${content.description}</p></section></section>
<section class="card"><section><h2>${text.offer}</h2><dl class="facts plain-facts stacked">${[
      list(text.chosen.services, chosen('services')),
      list(text.chosen.products, chosen('products')),
      list(text.chosen.industries, chosen('industries')),
      list(text.chosen.companySizes, chosen('companySizes')),
      list(
        text.tags,
        content.tags.map((tag) => html`<bdi>${shorten(tag, 50)}</bdi>`),
      ),
    ]}</dl></section></section></div>
<div class="cards beside">
<section class="card"><section>${ask}</section><section><dl class="facts plain-facts stacked">${[
      answersWithin && html`<div><dt>${text.answersWithin}</dt><dd>${answersWithin}</dd></div>`,
      content.webSite !== '' && html`<div><dt>${text.webSite}</dt><dd>${siteOf(text.newTab, content.webSite)}</dd></div>`,
      partner.since && html`<div><dt>${text.since}</dt><dd>${day(language, partner.since)}</dd></div>`,
    ]}</dl></section></section>
<section class="card"><section><h2>${text.locations}</h2>${
      content.locations.length === 0
        ? html`<p class="quiet">${text.noLocations(countryName(language, country))}</p>`
        : html`<ul class="places">${content.locations.map((location) => html`<li itemprop="location" itemscope itemtype="https://schema.org/Place">${location.name !== '' && html`<strong itemprop="name"><bdi>${shorten(location.name, 100)}</bdi></strong>`}<address itemprop="address">${linesOf(language, country, location)}</address></li>`)}</ul>`
    }</section></section></div></div></article>`,
  });
}

/** Search engines are not told to trust what a partner names as its web site. */
function siteOf(newTab: string, webSite: string): Html {
  const url = URL.canParse(webSite) ? new URL(webSite) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) return html`<bdi>${shorten(webSite, 120)}</bdi>`;
  const shown = shorten(`${url.host}${url.pathname === '/' ? '' : url.pathname}`, 60);
  return html`<a itemprop="url" href="${url.href}" target="_blank" rel="noopener noreferrer nofollow ugc">${shown}<span class="visually-hidden"> ${newTab}</span></a>`;
}

function messageOf(language: Language, title: string, said: string, more: Content): string {
  return renderDocument({
    language,
    title,
    path: '',
    body: html`<div class="one"><div><div class="badge">${icons.link}</div><h1>${title}</h1></div><p class="lead">${said}</p>${more}</div>`,
  });
}

/** Where the cloud does not offer it: a plain page with the reason. */
export const renderFindOffPage = (language: Language): string =>
  messageOf(language, findWords[language].offTitle, findWords[language].offText, undefined);

/** For a profile that is not published, and for an address that never was one. */
export const renderProfileGonePage = (language: Language): string =>
  messageOf(
    language,
    findWords[language].goneTitle,
    findWords[language].goneText,
    html`<p><a class="button second" href="${findPath}?language=${language}">${findWords[language].all}</a></p>`,
  );
