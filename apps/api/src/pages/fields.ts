import type { FieldError, Language } from '@clientele/domain';
import { type Content, html } from './html.ts';
import { icons } from './icons.ts';
import { ruleSentence, sentences } from './messages.ts';

export type FieldName = keyof (typeof sentences)['en']['fields'];

/** What a form has to know to draw its fields: the reader's language and what was wrong. */
export interface FormState {
  language: Language;
  errors: readonly FieldError[];
  /** Told apart from the same field in another form of the page; the ids of its fields begin with it. */
  id?: string;
}

const fieldId = (name: string, form?: string) => `${form ?? 'field'}-${name}`;

function errorOf(form: FormState, name: FieldName): string | undefined {
  const error = form.errors.find(({ path }) => path === name);
  return error && ruleSentence(form.language, error);
}

/** The hint and the error below a label, and the attributes that tie them to the field. */
function around(form: FormState, name: FieldName, hint?: Content) {
  const error = errorOf(form, name);
  const id = fieldId(name, form.id);
  const ids = [hint && `${id}-hint`, error && `${id}-error`].filter((id) => typeof id === 'string');
  return {
    hint: hint && html`<p class="hint" id="${id}-hint">${hint}</p>`,
    error: error && html`<p class="error" id="${id}-error">${icons.error}<span>${error}</span></p>`,
    bound: [ids.length > 0 && html` aria-describedby="${ids.join(' ')}"`, error && html` aria-invalid="true"`],
  };
}

interface Input {
  name: FieldName;
  value?: string;
  hint?: Content;
  type?: 'text' | 'email' | 'password';
  autocomplete: string;
  /** Characters a browser lets type; none for passwords, for a cut one could never be typed again. */
  most?: number;
  least?: number;
  optional?: boolean;
  readOnly?: boolean;
  /** Not a sentence: no capital at the start, no spelling. */
  verbatim?: boolean;
  keyboard?: 'url' | 'email';
}

export function input(form: FormState, field: Input): Content {
  const { hint, error, bound } = around(form, field.name, field.hint);
  const id = fieldId(field.name, form.id);
  return html`<div class="field"><label for="${id}">${sentences[form.language].fields[field.name]}</label>${hint}${error}<input id="${id}" name="${field.name}" type="${field.type ?? 'text'}" value="${field.value ?? ''}" autocomplete="${field.autocomplete}"${[
    field.most && html` maxlength="${field.most}"`,
    field.least && html` minlength="${field.least}"`,
    !field.optional && !field.readOnly && html` required`,
    field.readOnly && html` readonly`,
    field.verbatim && html` autocapitalize="none" autocorrect="off" spellcheck="false"`,
    field.keyboard && html` inputmode="${field.keyboard}"`,
  ]}${bound}></div>`;
}

export function select(
  form: FormState,
  field: { name: FieldName; value: string; autocomplete: string; options: readonly { value: string; label: string }[] },
): Content {
  const { error, bound } = around(form, field.name);
  const id = fieldId(field.name, form.id);
  const options = field.options.map(
    ({ value, label }) => html`<option value="${value}"${value === field.value && html` selected`}>${label}</option>`,
  );
  const known = field.options.some(({ value }) => value === field.value);
  return html`<div class="field"><label for="${id}">${sentences[form.language].fields[field.name]}</label>${error}<select id="${id}" name="${field.name}" autocomplete="${field.autocomplete}" required${bound}><option value=""${!known && html` selected`}>${sentences[form.language].chooseCountry}</option>${options}</select></div>`;
}

export function textArea(form: FormState, field: { name: FieldName; value: string; hint: Content; most: number }): Content {
  const { hint, error, bound } = around(form, field.name, field.hint);
  const id = fieldId(field.name, form.id);
  return html`<div class="field"><label for="${id}">${sentences[form.language].fields[field.name]}</label>${hint}${error}<textarea id="${id}" name="${field.name}" rows="3" maxlength="${field.most}"${bound}>
${field.value}</textarea></div>`;
}

export function checkbox(form: FormState, field: { name: FieldName; label: Content; checked: boolean }): Content {
  const { error, bound } = around(form, field.name);
  const id = fieldId(field.name, form.id);
  return html`<div class="field">${error}<div class="check${error && ' bad'}"><input id="${id}" name="${field.name}" type="checkbox" value="yes" required${field.checked && html` checked`}${bound}><label for="${id}">${field.label}</label></div></div>`;
}

/** What is wrong, on top of the page: each line leads to its field. Takes the focus, so that a screen reader begins here. */
export function errorSummary(form: FormState, shown: ReadonlySet<string>): Content {
  if (form.errors.length === 0) return undefined;
  const text = sentences[form.language];
  const labels: Partial<Record<string, string>> = text.fields;
  const lines = form.errors.map((error) => {
    const label = labels[error.path];
    const sentence = html`${label && `${label}: `}${ruleSentence(form.language, error)}`;
    return shown.has(error.path) ? html`<li><a href="#${fieldId(error.path)}">${sentence}</a></li>` : html`<li>${sentence}</li>`;
  });
  return html`<div class="note bad" role="alert" tabindex="-1" autofocus id="errors"><h2>${text.summary(form.errors.length)}</h2><ul>${lines}</ul></div>`;
}
