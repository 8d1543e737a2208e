import type { NewCustomer } from '@clientele/contracts';
import { checkAddress, checkAttestationDate, checkDomainPrefix, type FieldError, type Language, productOf } from '@clientele/domain';

/** The form of "add a customer" as it is typed: every field a string, nothing missing. */
export interface CustomerForm {
  companyName: string;
  domainPrefix: string;
  country: string;
  address: { line1: string; line2: string; city: string; state: string; postalCode: string };
  contact: { firstName: string; lastName: string; email: string; phone: string };
  language: Language;
  agreement: {
    by: 'partner' | 'customer';
    sameAsContact: boolean;
    firstName: string;
    lastName: string;
    email: string;
    phone: string;
    date: string;
  };
  subscriptions: { productId: string; quantity: number | null }[];
  /** The indirect reseller that it is for; empty: none. */
  resellerId: string;
}

export const steps = ['company', 'contact', 'subscriptions', 'review'] as const;
export type Step = (typeof steps)[number];

export function emptyForm(country: string, language: Language, mayAttest: boolean): CustomerForm {
  return {
    companyName: '',
    domainPrefix: '',
    country,
    address: { line1: '', line2: '', city: '', state: '', postalCode: '' },
    contact: { firstName: '', lastName: '', email: '', phone: '' },
    language,
    agreement: {
      by: mayAttest ? 'partner' : 'customer',
      sameAsContact: true,
      firstName: '',
      lastName: '',
      email: '',
      phone: '',
      // Typed by whoever attests: an attestation is never the way of least resistance.
      date: '',
    },
    subscriptions: [],
    resellerId: '',
  };
}

/** Today where the person sits, as the date field writes it. */
export function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** The form with what an earlier operation was asked for. What it does not know stays as it is. */
export function fillForm(form: CustomerForm, input: Record<string, unknown>): void {
  const asked = input as Partial<NewCustomer>;
  const fill = (target: Record<string, unknown>, source: object | undefined) => {
    for (const [name, value] of Object.entries(source ?? {}))
      if (name in target && typeof value === typeof target[name]) target[name] = value;
  };
  fill(form as unknown as Record<string, unknown>, {
    companyName: asked.companyName,
    domainPrefix: asked.domainPrefix,
    country: asked.country,
    language: asked.language,
    resellerId: asked.resellerId,
  });
  fill(form.address, asked.address);
  fill(form.contact, asked.contact);
  fill(form.agreement, asked.agreement);
  form.agreement.sameAsContact =
    asked.agreement?.by !== 'partner' ||
    (['firstName', 'lastName', 'email'] as const).every((name) => form.agreement[name] === form.contact[name]);
  if (Array.isArray(asked.subscriptions))
    form.subscriptions = asked.subscriptions.map(({ productId, quantity }) => ({ productId, quantity }));
}

/** What is sent: empty optional fields left out, the contact's name where it also signed, subscriptions only when they can be bought. */
export function bodyOf(form: CustomerForm): NewCustomer {
  const { address, contact, agreement } = form;
  const signer = agreement.sameAsContact ? contact : agreement;
  return {
    companyName: form.companyName,
    domainPrefix: form.domainPrefix,
    country: form.country,
    address: {
      ...address,
      line2: address.line2 || undefined,
      state: address.state || undefined,
      postalCode: address.postalCode || undefined,
    },
    contact: { ...contact, phone: contact.phone || undefined },
    language: form.language,
    agreement:
      agreement.by === 'customer'
        ? { by: 'customer' }
        : {
            by: 'partner',
            firstName: signer.firstName,
            lastName: signer.lastName,
            email: signer.email,
            phone: signer.phone || undefined,
            date: agreement.date,
          },
    ...(form.resellerId ? { resellerId: form.resellerId } : {}),
    subscriptions:
      agreement.by === 'customer' ? [] : form.subscriptions.map(({ productId, quantity }) => ({ productId, quantity: quantity ?? 0 })),
  };
}

/** What can be seen to be wrong without the server, by the rules of the domain. */
export function checkForm(form: CustomerForm, step: Step): FieldError[] {
  const required = (fields: [path: string, value: string][]): FieldError[] =>
    fields.filter(([, value]) => !value.trim()).map(([path]) => ({ path, rule: 'required' }));
  if (step === 'company') {
    const { line1 } = form.address;
    return [
      ...required([['companyName', form.companyName]]),
      ...(form.domainPrefix ? checkDomainPrefix(form.domainPrefix) : [{ path: 'domainPrefix', rule: 'required' as const }]),
      ...(form.country ? [] : [{ path: 'country', rule: 'country' as const }]),
      ...required([['address.line1', line1]]),
      ...(form.country ? checkAddress(form.country, form.address) : []),
    ];
  }
  if (step === 'contact') {
    const { contact, agreement } = form;
    const signs = agreement.by === 'partner';
    return [
      ...required([
        ['contact.lastName', contact.lastName],
        ['contact.firstName', contact.firstName],
        ['contact.email', contact.email],
      ]),
      ...(signs && !agreement.sameAsContact
        ? required([
            ['agreement.lastName', agreement.lastName],
            ['agreement.firstName', agreement.firstName],
            ['agreement.email', agreement.email],
          ])
        : []),
      ...(signs ? required([['agreement.date', agreement.date]]) : []),
      ...(signs && agreement.date ? checkAttestationDate(agreement.date, new Date()) : []),
    ];
  }
  if (step === 'subscriptions' && form.agreement.by === 'partner')
    return form.subscriptions.flatMap(({ productId, quantity }, index): FieldError[] => {
      const path = `subscriptions.${index}.quantity`;
      const product = productOf(productId);
      if (quantity === null) return [{ path, rule: 'required' }];
      if (!product) return [];
      if (quantity < product.leastQuantity) return [{ path, rule: 'too_small', params: { min: product.leastQuantity } }];
      return quantity > product.mostQuantity ? [{ path, rule: 'too_large', params: { max: product.mostQuantity } }] : [];
    });
  return [];
}

/** The step that has a field. Errors of a signer who is the contact belong to the contact's fields. */
export function stepOf(path: string): Step {
  const first = path.split('.')[0];
  if (first === 'contact' || first === 'language' || first === 'agreement') return 'contact';
  return first === 'subscriptions' ? 'subscriptions' : 'company';
}
