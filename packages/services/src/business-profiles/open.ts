import type { Context } from '@clientele/db';
import { type Cloud, notFound, type PartnerType, type ProfileContent, requireFeature } from '@clientele/domain';

/** Who asks is anybody; `cloud` is that of the host. */
export type PublicBase = Pick<Context, 'db'> & { cloud: Cloud };

/** A profile as customers see it, and whose it is. */
export interface PublishedProfile {
  profileId: string;
  /** The country that the profile is for. */
  country: string;
  partner: { id: string; name: string; type: PartnerType; cloud: Cloud; country: string; since: Date };
  content: ProfileContent;
  publishedAt: Date;
}

interface Row {
  profile_id: string;
  partner_id: string;
  partner_name: string;
  partner_type: PartnerType;
  partner_country: string;
  partner_since: string | Date;
  cloud: Cloud;
  country: string;
  content: ProfileContent;
  published_at: string | Date;
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * A published profile of this cloud, for whoever asks. Throws `not_found` for everything else: nobody can tell a draft from nothing. Throws `feature_off`
 * where the cloud does not offer it.
 */
export async function openPublishedProfile({ db, cloud }: PublicBase, id: string): Promise<PublishedProfile> {
  requireFeature(cloud, 'find-a-partner');
  const [row] = uuid.test(id) ? await db.sql<Row[]>`select * from published_profile(${id}, ${cloud})` : [];
  if (!row) throw notFound('business profile');
  return {
    profileId: row.profile_id,
    country: row.country,
    partner: {
      ...{ id: row.partner_id, name: row.partner_name, type: row.partner_type, cloud: row.cloud, country: row.partner_country },
      since: new Date(row.partner_since),
    },
    content: row.content,
    publishedAt: new Date(row.published_at),
  };
}

/** A logo that stands on a published profile of this cloud. Throws `not_found`. */
export async function openPublishedLogo({ db, cloud }: PublicBase, hash: string): Promise<{ mediaType: string; bytes: Buffer }> {
  requireFeature(cloud, 'find-a-partner');
  const [row] = /^[0-9a-f]{64}$/.test(hash)
    ? await db.sql<{ media_type: string; bytes: Buffer }[]>`select * from published_logo(${hash}, ${cloud})`
    : [];
  if (!row) throw notFound('logo');
  return { mediaType: row.media_type, bytes: row.bytes };
}
