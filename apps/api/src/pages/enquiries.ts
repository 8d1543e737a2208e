import {
  choiceName,
  countryCodes,
  type FieldError,
  type Language,
  type LeadState,
  lengths,
  profileProducts,
  profileServices,
  profileSizes,
} from '@clientele/domain';
import { formatMoment } from '@clientele/mail';
import { renderDocument } from './document.ts';
import { type EnquiryField, type EnquiryNotice, enquiryFields, enquiryWords } from './enquiry-words.ts';
import { type Content, html, shorten } from './html.ts';
import { icons } from './icons.ts';
import { named } from './invitations.ts';
import { ruleSentence } from './messages.ts';

/** What stands in the form, as it was typed. */
export type EnquiryValues = Partial<Record<Exclude<EnquiryField, 'products' | 'services'>, string>> & {
  products: string[];
  services: string[];
};

interface EnquiryFormProps {
  language: Language;
  profileId: string;
  partnerName: string;
  /** What the partner offers stands first among what can be asked for. */
  offers: { products: string[]; services: string[] };
  mark: string;
  values: EnquiryValues;
  errors: readonly FieldError[];
  notice?: EnquiryNotice;
}

/** The name of the field that people do not see. It sounds as if it were worth filling in. */
export const trapName = 'companyWebsite';
export const choiceField = (field: 'product' | 'service', id: string) => `${field}.${id}`;

export function renderEnquiryForm({ language, profileId, partnerName, offers, mark, values, errors, notice }: EnquiryFormProps): string {
  const text = enquiryWords[language];
  const partner = named(partnerName);
  const path = `/find-a-partner/${profileId}/enquiry`;
  const errorOf = (name: EnquiryField) => {
    const error = errors.find(({ path: at }) => at === name || at.startsWith(`${name}.`));
    if (!error) return undefined;
    return name === 'consent' ? text.consentMissing : ruleSentence(language, { ...error, path: name });
  };
  const around = (name: EnquiryField, hint?: string) => {
    const error = errorOf(name);
    const bound = [hint && `field-${name}-hint`, error && `field-${name}-error`].filter(Boolean).join(' ');
    return {
      hint: hint && html`<p class="hint" id="field-${name}-hint">${hint}</p>`,
      error: error && html`<p class="error" id="field-${name}-error">${icons.error}<span>${error}</span></p>`,
      bound: [bound !== '' && html` aria-describedby="${bound}"`, error && html` aria-invalid="true"`],
    };
  };
  const label = (name: EnquiryField, optional?: boolean) =>
    html`<label for="field-${name}">${text.fields[name]}${optional && html` <span class="hint">(${text.optional})</span>`}</label>`;
  const input = (
    name: Exclude<EnquiryField, 'products' | 'services'>,
    more: { type?: string; autocomplete: string; most: number; hint?: string; optional?: boolean },
  ): Content => {
    const { hint, error, bound } = around(name, more.hint);
    return html`<div class="field">${label(name, more.optional)}${hint}${error}<input id="field-${name}" name="${name}" type="${more.type ?? 'text'}" value="${values[name] ?? ''}" autocomplete="${more.autocomplete}" maxlength="${more.most}"${!more.optional && html` required`}${bound}></div>`;
  };
  const select = (
    name: 'country' | 'companySize',
    options: { value: string; label: string }[],
    empty: string,
    autocomplete: string,
    optional?: boolean,
  ): Content => {
    const { error, bound } = around(name);
    const value = values[name] ?? '';
    return html`<div class="field">${label(name, optional)}${error}<select id="field-${name}" name="${name}" autocomplete="${autocomplete}"${!optional && html` required`}${bound}><option value="">${empty}</option>${options.map(
      (one) => html`<option value="${one.value}"${one.value === value && html` selected`}>${one.label}</option>`,
    )}</select></div>`;
  };
  const choices = (name: 'products' | 'services', list: readonly { id: string }[]): Content => {
    const { error } = around(name);
    const offered = list.toSorted((one, other) => Number(offers[name].includes(other.id)) - Number(offers[name].includes(one.id)));
    return html`<fieldset id="field-${name}"><legend>${text.fields[name]} <span class="hint">(${text.optional})</span></legend>${error}<div class="ticks">${offered.map(
      ({ id }) => {
        const field = choiceField(name === 'products' ? 'product' : 'service', id);
        return html`<label class="tick"><input type="checkbox" name="${field}" value="yes"${values[name].includes(id) && html` checked`}><span>${choiceName(name, id, language)}</span></label>`;
      },
    )}</div></fieldset>`;
  };
  const names: [Content, Content] = [
    input('firstName', { autocomplete: 'given-name', most: lengths.personName }),
    input('lastName', { autocomplete: 'family-name', most: lengths.personName }),
  ];
  const message = around('message', text.hints.message);
  const consent = around('consent');
  const broken = new Set(errors.map(({ path: at }) => at.split('.')[0]));
  /** In the order of the page. */
  const shown = enquiryFields.filter((name) => broken.has(name));
  const summary =
    shown.length > 0 &&
    html`<div class="note bad" role="alert" tabindex="-1" autofocus id="errors"><h2>${text.summary(shown.length)}</h2><ul>${shown.map((name) => html`<li><a href="#field-${name}">${text.fields[name] ?? name}: ${errorOf(name)}</a></li>`)}</ul></div>`;
  const told =
    notice &&
    html`<div class="note bad" role="alert" tabindex="-1"${shown.length === 0 && html` autofocus`}><h2>${text.notices[notice].title}</h2><p>${text.notices[notice].text}</p></div>`;
  const body = html`<div class="one"><div><p class="crumb"><a href="/find-a-partner/${profileId}?language=${language}">${text.back}</a></p><p class="eyebrow">${text.eyebrow}</p><h1>${text.title(partner)}</h1></div>
<p class="lead">${text.lead(partner)}</p>${told}${summary}
<div class="card"><form method="post" action="${path}?language=${language}" novalidate>
<input type="hidden" name="mark" value="${mark}">
<div class="trap" aria-hidden="true"><label for="field-trap">${text.trap}</label><input id="field-trap" name="${trapName}" type="text" value="" tabindex="-1" autocomplete="off"></div>
<fieldset><legend>${text.you}</legend>
${input('companyName', { autocomplete: 'organization', most: lengths.companyName })}
<div class="pair">${select('country', countryOptions(language), text.choose, 'country')}${select(
    'companySize',
    profileSizes.map(({ id }) => ({ value: id, label: choiceName('companySizes', id, language) })),
    text.chooseSize,
    'off',
    true,
  )}</div>
<div class="pair">${language === 'ja' ? [names[1], names[0]] : names}</div>
${input('email', { type: 'email', autocomplete: 'email', most: lengths.email, hint: text.hints.email })}
${input('phone', { type: 'tel', autocomplete: 'tel', most: lengths.phone, hint: text.hints.phone, optional: true })}
</fieldset>
<fieldset><legend>${text.need}</legend>
${choices('products', profileProducts)}
${choices('services', profileServices)}
<div class="field">${label('message')}${message.hint}${message.error}<textarea id="field-message" name="message" rows="6" maxlength="${lengths.message}" required${message.bound}>
${values.message ?? ''}</textarea></div>
<div class="check"><input id="field-urgent" name="urgent" type="checkbox" value="yes"${values.urgent === 'yes' && html` checked`} aria-describedby="field-urgent-hint"><div><label for="field-urgent">${text.fields.urgent}</label><p class="hint" id="field-urgent-hint">${text.hints.urgent}</p></div></div>
</fieldset>
<div class="field">${consent.error}<div class="check${consent.error && ' bad'}"><input id="field-consent" name="consent" type="checkbox" value="yes" required${values.consent === 'yes' && html` checked`}${consent.bound}><label for="field-consent">${text.consent(partner)}</label></div></div>
<button class="button first" type="submit">${text.send}</button>
</form></div></div>`;
  return renderDocument({ language, title: text.title(shorten(partnerName, 40)), path, body });
}

function countryOptions(language: Language) {
  const names = new Intl.DisplayNames([language], { type: 'region' });
  return countryCodes
    .map((value) => ({ value, label: names.of(value) ?? value }))
    .sort((one, other) => one.label.localeCompare(other.label, language));
}

/** After the form: nothing is sent to the partner yet. */
export function renderEnquirySent({
  language,
  profileId,
  partnerName,
  email,
}: {
  language: Language;
  profileId: string;
  partnerName: string;
  email: string;
}): string {
  const text = enquiryWords[language];
  const partner = named(partnerName);
  const body = html`<div class="one"><div><div class="badge">${icons.clock}</div><p class="eyebrow">${text.eyebrow}</p><h1>${text.sent.title}</h1></div>
<p class="lead">${text.sent.lead(partner, html`<bdi>${shorten(email, 254)}</bdi>`)}</p>
<ol class="steps">${text.sent.steps(partner).map((step) => html`<li>${step}</li>`)}</ol>
<div class="card"><details><summary>${text.sent.noMail}</summary><ul class="steps">${text.sent.noMailSteps(partner).map((step) => html`<li>${step}</li>`)}</ul></details></div></div>`;
  return renderDocument({ language, title: text.sent.title, path: `/find-a-partner/${profileId}/enquiry`, body });
}

interface EnquiryPageProps {
  language: Language;
  /** `/enquiry/<token>`; the form goes there. */
  path: string;
  /** Other partners for the same. */
  othersPath: string;
  enquiry: {
    state: 'unconfirmed' | LeadState;
    partnerName: string;
    companyName: string;
    firstName: string;
    lastName: string;
    email: string;
    phone?: string | undefined;
    country: string;
    companySize?: string | undefined;
    products: string[];
    services: string[];
    message: string;
    urgent: boolean;
    at: Date;
    expiresAt: Date | null;
    reason: string | null;
  };
}

/** Behind the link of the mails: confirm the enquiry, and from then on what becomes of it. It only shows; a POST of its form sends the enquiry. */
export function renderEnquiryPage({ language, path, othersPath, enquiry }: EnquiryPageProps): string {
  const text = enquiryWords[language];
  const { state, partnerName, reason, expiresAt } = enquiry;
  const partner = named(partnerName);
  const said = text.state[state];
  const badges = { unconfirmed: '', received: '', accepted: ' good', won: ' good', lost: '', declined: ' warn', expired: ' warn' } as const;
  const signs = {
    unconfirmed: icons.forward,
    received: icons.clock,
    accepted: icons.yes,
    won: icons.yes,
    lost: icons.back,
    declined: icons.back,
    expired: icons.clock,
  };
  const list = (field: 'products' | 'services') =>
    enquiry[field].map((id) => choiceName(field, id, language)).join(language === 'ja' ? '、' : ', ');
  const person = language === 'ja' ? [enquiry.lastName, enquiry.firstName] : [enquiry.firstName, enquiry.lastName];
  const facts: [string, Content][] = [
    [text.fields.companyName, enquiry.companyName],
    [text.fields.country, new Intl.DisplayNames([language], { type: 'region' }).of(enquiry.country) ?? enquiry.country],
    ...(enquiry.companySize
      ? [[text.fields.companySize, choiceName('companySizes', enquiry.companySize, language)] as [string, Content]]
      : []),
    [language === 'ja' ? '氏名' : 'Name', person.join(' ')],
    [text.fields.email, enquiry.email],
    ...(enquiry.phone ? [[text.fields.phone, enquiry.phone] as [string, Content]] : []),
    ...(['products', 'services'] as const).flatMap((field): [string, Content][] =>
      enquiry[field].length > 0 ? [[text.fields[field], list(field)]] : [],
    ),
    ...(enquiry.urgent ? [[text.fields.urgent, text.yes] as [string, Content]] : []),
    [state === 'unconfirmed' ? text.typedAt : text.sentAt, formatMoment(enquiry.at, language)],
  ];
  const isOver = state === 'declined' || state === 'expired';
  const button =
    language === 'ja' ? html`${shorten(partnerName, 40)} に${text.confirm}` : html`${text.confirm} ${shorten(partnerName, 40)}`;
  const body = html`<div class="one"><div><div class="badge${badges[state]}">${signs[state]}</div><p class="eyebrow">${text.eyebrow}</p><h1>${said.title(partner)}</h1></div>
<p class="lead">${said.text(partner, expiresAt ? formatMoment(expiresAt, language) : '')}</p>
${isOver && html`<p><a class="button first" href="${othersPath}&language=${language}">${text.others}</a></p><p class="hint">${text.othersText}</p>`}
<div class="card">${
    reason &&
    html`<section aria-labelledby="reason"><h2 id="reason">${text.reason(partner)}</h2><p class="written">${shorten(reason, 1000)}</p></section>`
  }${
    state === 'unconfirmed' &&
    html`<form method="post" action="${path}?language=${language}"><div class="stack"><button class="button first" type="submit">${button}</button><p class="hint">${text.confirmHint(partner)}</p></div></form>`
  }<section aria-labelledby="yours"><h2 id="yours">${text.yours}</h2><dl class="facts">${facts.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl><p class="written">${enquiry.message}</p></section></div></div>`;
  return renderDocument({ language, title: said.title(shorten(partnerName, 40)), path, body });
}
