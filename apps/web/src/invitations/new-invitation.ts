import { type FieldError, invitationDays, type Language, languages, lengths, normalizeDomain } from '@clientele/domain';
import { checkDays } from '../delegated-admin/duration.ts';

export interface InvitationForm {
  email: string;
  recipientName: string;
  companyName: string;
  domain: string;
  language: Language;
  delegatedAdmin: boolean;
  delegatedAdminDays: number | null;
  days: number | null;
  message: string;
}

/** An empty form, filled with what the page's address brings along. */
export function newForm(
  query: Record<string, unknown>,
  language: Language,
  delegatedAdmin: boolean,
  delegatedAdminDays: number,
): InvitationForm {
  const text = (name: string, max: number) => (typeof query[name] === 'string' ? query[name].slice(0, max) : '');
  return {
    email: text('email', lengths.email),
    recipientName: text('name', lengths.personName),
    companyName: text('company', lengths.companyName),
    domain: text('domain', 253),
    language: languages.find((name) => name === query.language) ?? language,
    delegatedAdmin,
    delegatedAdminDays,
    days: invitationDays.default,
    message: '',
  };
}

/** The days to answer, as a form holds them: an emptied number field is an empty text. */
export function checkAnswerDays(days: number | string | null): FieldError[] {
  const { least, most } = invitationDays;
  if (typeof days !== 'number' || Number.isNaN(days)) return [{ path: 'days', rule: 'required' }];
  if (!Number.isInteger(days)) return [{ path: 'days', rule: 'not_whole' }];
  if (days < least) return [{ path: 'days', rule: 'too_small', params: { min: least } }];
  return days > most ? [{ path: 'days', rule: 'too_large', params: { max: most } }] : [];
}

/** What the form can tell without the server. */
export function checkForm(form: InvitationForm): FieldError[] {
  const errors: FieldError[] = [];
  if (form.email.trim() === '') errors.push({ path: 'email', rule: 'required' });
  else if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(form.email.trim())) errors.push({ path: 'email', rule: 'email' });
  if (form.companyName.trim() === '') errors.push({ path: 'companyName', rule: 'required' });
  if (form.domain.trim() !== '' && normalizeDomain(form.domain) === null) errors.push({ path: 'domain', rule: 'domain' });
  errors.push(...checkAnswerDays(form.days));
  const brokenDuration = form.delegatedAdmin ? checkDays(form.delegatedAdminDays) : null;
  if (brokenDuration) errors.push({ path: 'delegatedAdminDays', ...brokenDuration });
  if (form.message.length > lengths.message) errors.push({ path: 'message', rule: 'too_long', params: { max: lengths.message } });
  return errors;
}
