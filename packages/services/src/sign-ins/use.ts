import { type Context, newId } from '@clientele/db';
import { type Language, Refusal } from '@clientele/domain';
import type { SignInLinks } from './links.ts';

type Base = Pick<Context, 'db' | 'now'>;

/** Somebody whom a link lets in. */
export interface SignInPerson {
  id: string;
  name: string;
  signInName: string;
  /** Of the organisation. */
  domain: string;
}

interface PersonRow {
  customer_user_id: string;
  sign_in_name: string;
  first_name: string;
  last_name: string;
  domain: string;
}

const invalid = () => new Refusal('link_invalid', 'This link has been used, has run out, or is not one of ours.');

/**
 * Whom a link lets in. Reading it changes nothing, whoever or whatever reads. Throws `link_invalid` for one that is forged, used or has run out, and
 * does not say which.
 */
export async function openSignIn(
  { db, now }: Base,
  links: SignInLinks,
  token: string,
): Promise<{ people: SignInPerson[]; language: Language; expiresAt: Date }> {
  const id = links.requestIdOf(token);
  if (!id) throw invalid();
  const [rows, [request]] = await Promise.all([
    db.sql<PersonRow[]>`select * from people_of_sign_in(${id}, ${now.toISOString()})`,
    db.sql<{ language: Language; expires: string }[]>`select language, expires_at::text as expires from sign_in_requests where id = ${id}`,
  ]);
  if (!request || rows.length === 0) throw invalid();
  return {
    people: rows.map((row) => ({
      id: row.customer_user_id,
      name: `${row.first_name} ${row.last_name}`.trim(),
      signInName: row.sign_in_name,
      domain: row.domain,
    })),
    language: request.language,
    expiresAt: new Date(request.expires),
  };
}

/** Uses a link up, by a person's POST; gives the user to sign in. Of any number at once one gets in, the others get `link_invalid`. */
export async function useSignIn({ db, now }: Base, links: SignInLinks, input: { token: string; personId: string }): Promise<string> {
  const id = links.requestIdOf(input.token);
  if (!id || !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(input.personId)) throw invalid();
  const [row] = await db.sql<{ user: string | null }[]>`
    select use_sign_in(${id}, ${input.personId}, ${now.toISOString()}, ${newId()}) as "user"`;
  if (!row?.user) throw invalid();
  return row.user;
}
