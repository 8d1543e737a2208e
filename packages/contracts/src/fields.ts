import { cloudProfiles, countryCodes, languages, lengths, normalizeDomain, permissionNames, roles, unshowable } from '@clientele/domain';
import { z } from 'zod';

/** The building blocks that several nouns use. A broken rule is told as `{ path, rule, params }`; custom rules carry `params.rule`. */

/** Text on one line: trimmed, 1 to `max` characters, no control characters. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((value) => !/[\r\n\t]/.test(value) && !unshowable.test(value), { params: { rule: 'control_characters' } });

/** Text on one line that may be missing; empty counts as missing. */
export const optionalLine = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !/[\r\n\t]/.test(value) && !unshowable.test(value), { params: { rule: 'control_characters' } })
    .optional()
    .transform((value) => (value ? value : undefined));

/** Text of several lines. */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !unshowable.test(value), { params: { rule: 'control_characters' } });

export const id = z.uuid();
/** RFC 5321's sizes: 64 characters before the @, 63 in each part of the domain, none of which ends in a hyphen. */
const hasMailSizes = (address: string) => {
  const [local = '', domain = ''] = address.split('@');
  return local.length <= 64 && domain.split('.').every((label) => label.length <= 63 && !label.endsWith('-'));
};
export const email = z
  .string()
  .trim()
  .max(lengths.email)
  .pipe(z.email().refine(hasMailSizes, { params: { rule: 'email' } }))
  .meta({ format: 'email' });
export const phone = z
  .string()
  .trim()
  .max(lengths.phone)
  .refine((value) => value === '' || (/^[+0-9][0-9 ()./-]*$/.test(value) && (value.match(/[0-9]/g) ?? []).length >= 5), {
    params: { rule: 'phone' },
  })
  .optional()
  .transform((value) => (value ? value : undefined));
export const language = z.enum(languages);
export const country = z.string().refine((value) => countryCodes.includes(value), { params: { rule: 'country' } });
export const cloud = z.enum(Object.keys(cloudProfiles) as ['public', 'us-government']);
export const role = z.enum(roles);
export const permission = z.enum(permissionNames as [string, ...string[]]);
export const domain = z
  .string()
  .trim()
  .max(253)
  .refine((value) => normalizeDomain(value) !== null, { params: { rule: 'domain' } });
export const tags = z.array(line(lengths.tag)).max(20);

/** A moment, as ISO 8601 in UTC. Services give `Date`s, the wire carries strings. */
export const moment = z.preprocess((value) => (value instanceof Date ? value.toISOString() : value), z.iso.datetime()) as z.ZodType<string>;
export const nullableMoment = moment.nullable();

export const personName = line(lengths.personName);

export const address = z.object({
  line1: line(lengths.line),
  line2: optionalLine(lengths.line),
  // Whether one is needed depends on the country: checkAddress says.
  city: optionalLine(lengths.line).transform((value) => value ?? ''),
  state: optionalLine(50),
  postalCode: optionalLine(20),
});

export const contact = z.object({ firstName: personName, lastName: personName, email, phone });

/** Whether an act is possible for this person on this thing, and why not. Computed on the server; a screen repeats no rule. */
export const allowed = z.union([
  z.object({ allowed: z.literal(true) }),
  z.object({
    allowed: z.literal(false),
    reason: z.enum(['role', 'partner_type', 'state', 'blocked', 'cloud', 'agreement_missing', 'own_request', 'last_global_admin']),
    needs: z.array(role).optional(),
    grantedBy: role.optional(),
    state: z.string().optional(),
  }),
]);
export type Allowed = z.output<typeof allowed>;

/** A page of a list: at most 100 rows, the cursor of the next page, and how many there are in all. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    /** Pass as `after` for the next page; null on the last one. */
    next: z.string().nullable(),
    total: z.object({ count: z.int(), estimated: z.boolean() }),
  });

export const limit = z.coerce.number().int().min(1).max(100).default(25);
export const nothing = z.object({});
