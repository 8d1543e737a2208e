/** Every way in which the system says no. One closed union: the API maps it to a status, the SPA to a sentence. */
export type RefusalCode =
  | 'validation_failed'
  | 'not_found'
  | 'forbidden'
  | 'unauthenticated'
  | 'feature_off'
  | 'illegal_transition'
  | 'conflict'
  | 'precondition_required'
  | 'blocked'
  | 'second_person_needed'
  | 'last_global_admin'
  | 'last_second_factor'
  | 'second_factor_required'
  | 'confirmation_required'
  | 'customer_mismatch'
  | 'idempotency_key_reused'
  | 'limit_reached'
  | 'link_invalid'
  | 'link_over'
  | 'sign_in_required'
  | 'payload_too_large'
  | 'unavailable'
  | 'internal';

/** The rules that a field can break. The name is the key of its sentence in every language. */
export type Rule =
  | 'required'
  | 'unknown_field'
  | 'wrong_type'
  | 'too_short'
  | 'too_long'
  | 'too_many'
  | 'too_small'
  | 'too_large'
  | 'not_whole'
  | 'email'
  | 'url'
  | 'https'
  | 'provider_unproven'
  | 'secret_again'
  | 'uuid'
  | 'phone'
  | 'choice'
  | 'domain_prefix'
  | 'domain'
  | 'domain_lookalike'
  | 'domain_taken'
  | 'name_taken'
  | 'profile_exists'
  | 'country'
  | 'postal_code'
  | 'state_required'
  | 'state_unknown'
  | 'date'
  | 'date_too_early'
  | 'date_in_future'
  | 'date_past'
  | 'date_too_late'
  | 'agreement_first'
  | 'quantity_fixed'
  | 'unknown_product'
  | 'usage_subscription_first'
  | 'confirmation'
  | 'currency_digits'
  | 'not_a_colleague'
  | 'cloud_elsewhere'
  | 'set_up_code'
  | 'set_up_code_used'
  | 'password'
  | 'already_invited'
  | 'already_user'
  | 'user_invited'
  | 'role_missing'
  | 'deactivated_user'
  | 'address_elsewhere'
  | 'address_taken'
  | 'wrong_password'
  | 'wrong_code'
  | 'used_code'
  | 'wrong_recovery_code'
  | 'wrong_passkey'
  | 'passkey_known'
  | 'same_password'
  | 'password_guessable'
  | 'listed_twice'
  | 'already_customer'
  | 'address_bounced'
  | 'address_unsubscribed'
  | 'same_address'
  | 'always_delegated_admin'
  | 'reminder_order'
  | 'reminder_too_late'
  | 'placeholder_unknown'
  | 'placeholder_broken'
  | 'link_missing'
  | 'link_twice'
  | 'link_in_subject'
  | 'link_line'
  | 'cursor'
  | 'control_characters'
  | 'cell_count'
  | 'customer_ended'
  | 'domain_reserved'
  | 'logo_type'
  | 'logo_pixels'
  | 'logo_bytes'
  | 'file_too_large'
  | 'file_too_many_rows'
  | 'file_encoding'
  | 'file_workbook'
  | 'file_quote'
  | 'file_row_too_long'
  | 'file_no_rows'
  | 'file_too_many_columns';

/** One broken rule at one field. `path` is dotted (`address.postalCode`); `params` are what the sentence needs. */
export interface FieldError {
  path: string;
  rule: Rule;
  params?: Record<string, string | number>;
}

/** A request that is refused, and why. Thrown by domain and services, turned into problem+json by the API. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly fields: FieldError[];
  readonly details: Record<string, unknown>;

  constructor(code: RefusalCode, message: string, more: { fields?: FieldError[]; details?: Record<string, unknown> } = {}) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.fields = more.fields ?? [];
    this.details = more.details ?? {};
  }
}

/** The refusal for input that breaks rules at fields. Throws nothing when there are none. */
export function refuseFields(fields: FieldError[]): void {
  if (fields.length > 0) throw new Refusal('validation_failed', 'Some fields need your attention.', { fields });
}

/** The refusal for a command that the current state does not allow; carries the state so that a screen can show it. */
export function illegal(thing: string, state: string, command: string): Refusal {
  return new Refusal('illegal_transition', `A ${thing} that is ${state} cannot ${command}.`, { details: { thing, state, command } });
}

/** The answer for what does not exist and for what belongs to somebody else: the same. */
export function notFound(thing: string): Refusal {
  return new Refusal('not_found', `There is no such ${thing}.`, { details: { thing } });
}
