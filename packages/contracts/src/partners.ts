import { lengths, partnerTypes, specialQualifications } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { cloud, country, email, id, language, line, nothing, nullableMoment, permission, personName, role } from './fields.ts';

export const partner = z.object({ id, name: z.string(), type: z.enum(partnerTypes), cloud, country: z.string() });

/** Who is signed in, for which partner, and what that allows. */
export const session = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string(), language, roles: z.array(role) }),
  partner,
  permissions: z.array(permission),
  cloudProfile: z.object({
    domainSuffix: z.string(),
    countries: z.array(z.string()),
    features: z.record(z.string(), z.boolean()),
    specialQualifications: z.array(z.enum(specialQualifications)),
  }),
  /** Where mail goes on this installation, when it goes to the built-in inbox. */
  inboxUrl: z.string().nullable(),
  /** For how many days the partner asks for delegated admin unless a person says otherwise. */
  delegatedAdminDays: z.int(),
  /** Until when the person may work without a second factor; null for who has one, and for a key. */
  secondFactorDueAt: nullableMoment,
});
export type Session = z.output<typeof session>;

export const getSetup = endpoint({
  name: 'getSetup',
  method: 'GET',
  path: '/api/setup',
  summary: 'Whether this installation still needs its first partner, and for which cloud this address is.',
  tag: 'Set-up',
  access: 'public',
  result: z.object({
    required: z.boolean(),
    /** The cloud of this address: a partner that is set up here lives in it. */
    cloud,
    /** The other clouds, with their address; null: this installation does not serve it. */
    elsewhere: z.array(z.object({ cloud, address: z.string().nullable() })),
  }),
});

export const setUp = endpoint({
  name: 'setUp',
  method: 'POST',
  path: '/api/setup',
  summary: 'Creates the first partner, or one more, and its first global admin with the one-time set-up code.',
  tag: 'Set-up',
  access: 'public',
  body: z.object({
    code: z.string().trim().min(1).max(100),
    partner: z.object({ name: line(lengths.companyName), type: z.enum(partnerTypes), cloud, country }),
    admin: z.object({ firstName: personName, lastName: personName, email, password: z.string().min(10).max(128), language }),
  }),
  result: z.object({ partnerId: id }),
  status: 201,
});

export const getSession = endpoint({
  name: 'getSession',
  method: 'GET',
  path: '/api/session',
  summary: 'The signed-in user, its partner, roles and permissions.',
  tag: 'Session',
  access: 'signed-in',
  result: session,
});

export const setLanguage = endpoint({
  name: 'setLanguage',
  method: 'PUT',
  path: '/api/session/language',
  summary: 'Chooses the language of the signed-in user.',
  tag: 'Session',
  access: 'signed-in',
  people: true,
  body: z.object({ language }),
  result: nothing,
});
