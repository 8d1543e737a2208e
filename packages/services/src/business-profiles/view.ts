import { type BusinessProfileRecord, businessProfiles, type Context, type Transaction, users } from '@clientele/db';
import { changedProfileFields, notFound, type ProfileState, profileStanding, profileTransitions, Refusal } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { allow } from '../access.ts';

export const stateOf = ({ published }: Pick<BusinessProfileRecord, 'published'>): ProfileState => (published ? 'published' : 'unpublished');

/** A business profile as the partner's own people see it. */
export function viewOf(ctx: Context, { changedByName, ...row }: BusinessProfileRecord & { changedByName: string | null }) {
  const { id, country, draft, published, publishedAt, firstPublishedAt, changedAt, version } = row;
  const state = stateOf(row);
  const may = (possible: boolean) => allow(ctx, 'business-profiles.manage', possible, state);
  const changedFields = published ? changedProfileFields(published, draft) : [];
  const standing = profileStanding(draft);
  return {
    ...{ id, country, state, draft, published, publishedAt, firstPublishedAt, changedAt, version, standing },
    /** What customers would see differently, were the draft published. */
    changedFields,
    changedBy: changedByName,
    actions: {
      edit: may(true),
      publish: may(standing.canPublish && (state === 'unpublished' || changedFields.length > 0)),
      unpublish: may('unpublish' in profileTransitions[state]),
      discardDraft: may(changedFields.length > 0),
      // What was published once may have been found by somebody.
      remove: may(firstPublishedAt === null),
    },
  };
}
export type BusinessProfileView = ReturnType<typeof viewOf>;

/** One profile of the partner. Throws `not_found`. */
export async function loadProfile(ctx: Context, tx: Transaction, id: string): Promise<BusinessProfileView> {
  const [row] = await tx
    .select({ profile: businessProfiles, changedByName: users.name })
    .from(businessProfiles)
    .leftJoin(users, eq(users.id, businessProfiles.changedBy))
    .where(eq(businessProfiles.id, id));
  if (!row) throw notFound('business profile');
  return viewOf(ctx, { ...row.profile, changedByName: row.changedByName });
}

/** The row, locked, as it was seen. Throws `not_found`, and `conflict`, saying who, when somebody was quicker. */
export async function lockProfile(tx: Transaction, { id, version }: { id: string; version: number }): Promise<BusinessProfileRecord> {
  const [row] = await tx.select().from(businessProfiles).where(eq(businessProfiles.id, id)).for('update');
  if (!row) throw notFound('business profile');
  if (row.version === version) return row;
  const [author] = await tx.select({ name: users.name }).from(users).where(eq(users.id, row.changedBy));
  throw new Refusal('conflict', 'Somebody changed this profile meanwhile.', {
    details: { version: row.version, by: author ? [author.name] : [], at: row.changedAt.toISOString() },
  });
}
