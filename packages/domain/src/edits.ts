import { type Address, checkAddress } from './addresses.ts';
import type { FieldError } from './refusals.ts';
import type { RelationshipState } from './relationships.ts';

/** What of a customer can be edited and has consequences. */
export interface EditedFacts {
  companyName: string;
  country: string;
  address: Address | null;
  contact: { firstName: string; lastName: string; email: string };
  language: string;
  supportContact: string | null;
  specialQualification: string | null;
}

/** One thing that an edit will cause. The key is the name of its sentence in every language; `params` are what the sentence needs. */
export interface EditConsequence {
  key:
    | 'name_on_mails_and_exports'
    | 'mails_in_language'
    | 'address_rules_of_country'
    | 'state_void'
    | 'postal_code_void'
    | 'mails_to_contact'
    | 'invitation_stays'
    | 'agreement_request_stays'
    | 'support_contact_shown'
    | 'support_contact_hidden'
    | 'offers_open'
    | 'offers_close'
    | 'nothing_else';
  params: Record<string, string>;
}

/**
 * What an edit will cause beyond the changed field itself. Pure, so that the preview and the tests ask the same rule. Empty when
 * nothing that is written to others changes.
 */
export function editConsequences(
  before: EditedFacts,
  edit: Partial<EditedFacts>,
  open: { invitationTo: string | null; agreementRequestTo: string | null },
): EditConsequence[] {
  const found: EditConsequence[] = [];
  const add = (key: EditConsequence['key'], params: Record<string, string> = {}) => found.push({ key, params });
  if (edit.companyName !== undefined && edit.companyName !== before.companyName)
    add('name_on_mails_and_exports', { from: before.companyName, to: edit.companyName });
  if (edit.country !== undefined && edit.country !== before.country) {
    add('address_rules_of_country', { country: edit.country, from: before.country });
    const kept = edit.address === undefined ? before.address : edit.address;
    for (const { path } of kept ? checkAddress(edit.country, kept) : []) {
      if (path === 'address.state') add('state_void', { country: edit.country });
      if (path === 'address.postalCode') add('postal_code_void', { country: edit.country });
    }
  }
  if (edit.language !== undefined && edit.language !== before.language)
    add('mails_in_language', { from: before.language, to: edit.language });
  if (edit.contact !== undefined && edit.contact.email !== before.contact.email) {
    add('mails_to_contact', { from: before.contact.email, to: edit.contact.email });
    if (open.invitationTo) add('invitation_stays', { email: open.invitationTo });
    if (open.agreementRequestTo) add('agreement_request_stays', { email: open.agreementRequestTo });
  }
  if (edit.supportContact !== undefined && edit.supportContact !== before.supportContact)
    if (edit.supportContact) add('support_contact_shown', { to: edit.supportContact });
    else add('support_contact_hidden', { from: before.supportContact ?? '' });
  if (edit.specialQualification !== undefined && edit.specialQualification !== before.specialQualification) {
    if (before.specialQualification) add('offers_close', { qualification: before.specialQualification });
    if (edit.specialQualification) add('offers_open', { qualification: edit.specialQualification });
  }
  if (found.length > 0) add('nothing_else');
  return found;
}

/** Moving to another country, or another address: it is checked by the country's rules as they will be together. */
export function checkEditedAddress(
  before: { country: string; address: Address | null },
  edit: { country?: string | undefined; address?: Address | undefined },
): FieldError[] {
  if (edit.address === undefined && (edit.country === undefined || edit.country === before.country)) return [];
  const country = edit.country ?? before.country;
  const address = edit.address ?? before.address;
  return address ? checkAddress(country, address) : checkAddress(country, { line1: '', city: '' }).filter(({ path }) => path === 'country');
}

/**
 * Whether a customer can get a support contact. Not while the relationship ends, nor while one that has ended is asked for anew: the end takes the
 * contact away, and a cancelled end or the customer's new consent brings the one back that was there: what was set between would be lost.
 */
export const takesSupportContact = (customer: { relationship: RelationshipState; relationshipEndedAt: Date | null }): boolean =>
  customer.relationship !== 'ending' && customer.relationshipEndedAt === null;
