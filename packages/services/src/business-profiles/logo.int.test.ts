import { deflateSync } from 'node:zlib';
import { aBusinessProfile, aContext, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { outcomeOf, refusalOf } from '../testing/acts.ts';
import { changeBusinessProfile, discardDraft } from './change.ts';
import { createBusinessProfile } from './create.ts';
import { getBusinessProfile } from './list.ts';
import { makeLogo } from './logo.ts';
import { openPublishedLogo } from './open.ts';
import { publishBusinessProfile, unpublishBusinessProfile } from './publish.ts';
import { openOwnLogo, removeProfileLogo, setProfileLogo } from './set-logo.ts';

const test = useTestDatabase();

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: { r: 200, g: 30, b: 60, alpha: 0.5 } } });
const png = (width = 40, height = 20) => plain(width, height).png().toBuffer();
const jpeg = (width = 40, height = 20) => plain(width, height).flatten().jpeg().toBuffer();
const gif = (width = 40, height = 20) => plain(width, height).gif().toBuffer();

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const crc = (bytes: Buffer) => ~bytes.reduce((c, byte) => (crcTable[(c ^ byte) & 0xff] as number) ^ (c >>> 8), 0xffffffff) >>> 0;

/** A chunk of a PNG. */
function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, sum]);
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A black PNG of any size, of very few bytes: what a decompression bomb is. */
function bomb(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([1, 0, 0, 0, 0], 8);
  // Of one that is larger than what we take the head is enough.
  const isTaken = width <= 4000 && height <= 4000;
  const row = Buffer.alloc(isTaken ? Math.ceil(width / 8) + 1 : 100);
  return Buffer.concat([
    ...[signature, chunk('IHDR', head)],
    ...[
      chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: isTaken ? height : 1 }, () => row)), { level: 9 })),
      chunk('IEND', Buffer.alloc(0)),
    ],
  ]);
}

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>');
const page = Buffer.from('<!doctype html><script>alert(document.cookie)</script>');

/** What a picture says of itself beyond its pixels. */
const metadataOf = async (bytes: Buffer) => {
  const { exif, icc, iptc, xmp, comments, pages } = await sharp(bytes).metadata();
  return { exif, icc, iptc, xmp, comments, pages };
};

describe('a logo', () => {
  it('is drawn anew from a GIF, a JPEG or a PNG', async () => {
    for (const [uploaded, mediaType, format] of [
      [await png(), 'image/png', 'png'],
      [await gif(), 'image/png', 'png'],
      [await jpeg(), 'image/jpeg', 'jpeg'],
    ] as const) {
      const made = await makeLogo(uploaded);
      expect(made).toMatchObject({ mediaType, width: 40, height: 20, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
      expect((await sharp(made.bytes).metadata()).format).toBe(format);
    }
    // See-through stays see-through.
    expect((await sharp((await makeLogo(await png())).bytes).stats()).isOpaque).toBe(false);
  });

  it('is at most 300 pixels wide and high, keeps its proportions, and is never made larger', async () => {
    for (const [width, height, size] of [
      [1200, 600, [300, 150]],
      [600, 1200, [150, 300]],
      [300, 300, [300, 300]],
      [10, 10, [10, 10]],
      [3000, 10, [300, 1]],
    ] as const) {
      const made = await makeLogo(await png(width, height));
      expect([made.width, made.height]).toEqual(size);
    }
  });

  it('is what its pixels are, whatever is said of it: anything else is refused at its field', async () => {
    const webp = await plain(10, 10).webp().toBuffer();
    const tiff = await plain(10, 10).tiff().toBuffer();
    const good = await png();
    for (const [name, uploaded] of Object.entries({
      svg,
      'svg behind the head of a PNG': Buffer.concat([signature, svg]),
      page,
      'page behind the head of a GIF': Buffer.concat([Buffer.from('GIF89a'), page]),
      'page behind the head of a JPEG': Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), page]),
      webp,
      tiff,
      pdf: Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>'),
      zip: Buffer.from('PK\x03\x04 no picture'),
      text: Buffer.from('logo.png'),
      'half a PNG': good.subarray(0, good.length - 30),
      'the head of a PNG': good.subarray(0, 33),
      zeros: Buffer.alloc(5000),
    }))
      expect(await refusalOf(makeLogo(uploaded)), name).toMatchObject({
        code: 'validation_failed',
        fields: [{ path: 'logo', rule: 'logo_type' }],
      });
    expect(await refusalOf(makeLogo(Buffer.alloc(0)))).toMatchObject({ fields: [{ path: 'logo', rule: 'required' }] });
    // The decoders of all of these are not even tried.
    for (const uploaded of [svg, webp, tiff]) await expect(sharp(uploaded).metadata()).rejects.toThrow();
  });

  it('of more bytes or pixels than we read is refused before it is unpacked', async () => {
    expect(await refusalOf(makeLogo(Buffer.alloc(2 * 1024 * 1024 + 1)))).toMatchObject({
      fields: [{ path: 'logo', rule: 'logo_bytes', params: { max: 2 } }],
    });
    for (const [width, height] of [
      [50_000, 50_000],
      [2_000_000_000, 2],
      [4001, 10],
    ] as const) {
      const { fields } = await refusalOf(makeLogo(bomb(width, height)));
      expect(fields).toMatchObject([{ path: 'logo', rule: expect.stringMatching(/^logo_(pixels|type)$/) }]);
    }
    expect(await refusalOf(makeLogo(bomb(4001, 10)))).toMatchObject({ fields: [{ rule: 'logo_pixels', params: { max: 4000 } }] });
    expect((await makeLogo(bomb(4000, 4000))).width).toBe(300);
  });

  it('keeps nothing of the uploaded bytes: no place, no comment, no page behind the picture', async () => {
    const photo = await sharp(await jpeg(200, 100))
      .withExif({
        IFD0: { Copyright: 'secret-owner', ImageDescription: '<script>alert(1)</script>' },
        IFD3: { GPSLatitude: '35/1 40/1 52/1' },
      })
      .jpeg()
      .toBuffer();
    expect(photo.includes('secret-owner')).toBe(true);
    const good = await png();
    const commented = Buffer.concat([good.subarray(0, 33), chunk('tEXt', Buffer.from('Comment\0secret-owner')), good.subarray(33)]);
    for (const uploaded of [
      photo,
      commented,
      Buffer.concat([good, page, Buffer.from('secret-owner')]),
      Buffer.concat([await gif(), page, Buffer.from('secret-owner')]),
    ]) {
      const { bytes } = await makeLogo(uploaded);
      for (const left of ['secret-owner', '<script', 'alert(', 'Exif', 'GPS']) expect(bytes.includes(left), left).toBe(false);
      expect(await metadataOf(bytes)).toEqual({
        exif: undefined,
        icc: undefined,
        iptc: undefined,
        xmp: undefined,
        comments: undefined,
        pages: undefined,
      });
    }
  });

  it('of a camera that was held on its side stands upright', async () => {
    const lying = await sharp(await jpeg(200, 100))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(await makeLogo(lying)).toMatchObject({ width: 100, height: 200 });
  });

  it('that moves stands still: the first picture of it is taken', async () => {
    const frames = await Promise.all(
      ['#ff0000', '#0000ff'].map((background) =>
        sharp({ create: { width: 8, height: 8, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const moving = await sharp(frames, { join: { animated: true } })
      .gif({ delay: [100, 100] })
      .toBuffer();
    expect((await sharp(moving).metadata()).pages).toBe(2);
    const { bytes, height } = await makeLogo(moving);
    expect(height).toBe(8);
    const { dominant } = await sharp(bytes).stats();
    expect(dominant.r).toBeGreaterThan(200);
    expect(dominant.b).toBeLessThan(60);
  });
});

async function someone() {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner);
  return { partner, author, ctx: aContext(test.api, partner, author) };
}
const base = () => ({ db: test.api, cloud: 'public' as const });
const kept = async (partner: { id: string }) =>
  (await test.sql`select hash from business_profile_logos where partner_id = ${partner.id}`).map(({ hash }) => hash as string);

describe('the logo of a profile', () => {
  it('is in the draft at once and public when it is published; what nobody shows any more is gone', async () => {
    const { ctx, partner, author } = await someone();
    const { id } = await aBusinessProfile(test.sql, partner, author);
    const first = await setProfileLogo(ctx, { id, version: 1, uploaded: await png(30, 10) });
    const hash = first.draft.logo?.hash as string;
    expect(first).toMatchObject({
      version: 2,
      changedFields: ['logo'],
      draft: { logo: { width: 30, height: 10, mediaType: 'image/png' } },
    });
    expect((await openOwnLogo(ctx, hash)).mediaType).toBe('image/png');
    expect(await refusalOf(openPublishedLogo(base(), hash))).toMatchObject({ code: 'not_found' });
    expect(await refusalOf(openOwnLogo((await someone()).ctx, hash))).toMatchObject({ code: 'not_found' });

    const published = await publishBusinessProfile(ctx, first);
    expect((await openPublishedLogo(base(), hash)).bytes.equals((await openOwnLogo(ctx, hash)).bytes)).toBe(true);
    // Another one in the draft leaves the public one where it is.
    const second = await setProfileLogo(ctx, { ...published, uploaded: await png(31, 10) });
    expect(await kept(partner)).toHaveLength(2);
    const back = await discardDraft(ctx, second);
    expect(await kept(partner)).toEqual([hash]);
    const without = await removeProfileLogo(ctx, back);
    expect(without.draft.logo).toBeNull();
    expect((await openPublishedLogo(base(), hash)).bytes.length).toBeGreaterThan(0);
    const off = await unpublishBusinessProfile(ctx, without);
    expect(await kept(partner)).toEqual([]);
    expect(off.published).toBeNull();
    expect(await refusalOf(openPublishedLogo(base(), hash))).toMatchObject({ code: 'not_found' });
  });

  it('stays when the rest of the draft is edited, and goes along to another country', async () => {
    const { ctx } = await someone();
    const made = await createBusinessProfile(ctx, { country: 'JP' });
    const withLogo = await setProfileLogo(ctx, { ...made, uploaded: await png() });
    const { logo, ...content } = { ...withLogo.draft, description: 'New' };
    const edited = await changeBusinessProfile(ctx, { ...withLogo, content });
    expect(edited.draft.logo).toEqual(logo);
    const copy = await createBusinessProfile(ctx, { country: 'DE', from: made.id });
    await removeProfileLogo(ctx, await getBusinessProfile(ctx, made.id));
    expect((await openOwnLogo(ctx, copy.draft.logo?.hash as string)).bytes.length).toBeGreaterThan(0);
  });

  it('is named and removed by one at a time: whoever names it waits until nobody removes any', async () => {
    const { ctx, partner } = await someone();
    const made = await createBusinessProfile(ctx, { country: 'JP' });
    const uploaded = await png();
    let isDone = false;
    let setting: Promise<unknown> | undefined;
    const other = await test.sql.reserve();
    await other`select pg_advisory_lock(hashtextextended(${`logos of ${partner.id}`}, 0))`;
    try {
      setting = setProfileLogo(ctx, { ...made, uploaded }).finally(() => {
        isDone = true;
      });
      const waits = async () => (await other`select from pg_locks where locktype = 'advisory' and not granted`).length > 0;
      for (const end = Date.now() + 10_000; !isDone && !(await waits()) && Date.now() < end; );
      expect(isDone).toBe(false);
      expect(await kept(partner)).toEqual([]);
    } finally {
      await other`select pg_advisory_unlock_all()`;
      other.release();
    }
    await setting;
    expect(await kept(partner)).toHaveLength(1);
  });

  it('is never removed while another draft is taking it', async () => {
    const { ctx, partner } = await someone();
    const uploaded = await png();
    const countries = ['JP', 'DE', 'FR', 'US'];
    let profiles = await Promise.all(countries.map((country) => createBusinessProfile(ctx, { country })));
    for (let round = 0; round < 6; round += 1)
      profiles = await Promise.all(
        profiles.map((profile, index) =>
          (index + round) % 2 ? setProfileLogo(ctx, { ...profile, uploaded }) : removeProfileLogo(ctx, profile),
        ),
      );
    const named = profiles.flatMap(({ draft }) => draft.logo?.hash ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect(await kept(partner)).toEqual([...new Set(named)]);
  });

  it('of another partner’s profile is nowhere, needs the role, and is off in the US Government cloud', async () => {
    const [mine, theirs] = [await someone(), await someone()];
    const { id } = await aBusinessProfile(test.sql, theirs.partner, theirs.author);
    const seen = { id, version: 1, uploaded: await png() };
    expect(await refusalOf(setProfileLogo(mine.ctx, seen))).toMatchObject({ code: 'not_found' });
    expect(await refusalOf(removeProfileLogo(mine.ctx, seen))).toMatchObject({ code: 'not_found' });
    const sales = aContext(test.api, theirs.partner, await aPartnerUser(test.sql, theirs.partner, ['sales-agent']));
    for (const act of [setProfileLogo(sales, seen), removeProfileLogo(sales, seen)])
      expect(await refusalOf(act)).toMatchObject({ code: 'forbidden', details: { needs: ['global-admin', 'admin-agent'] } });
    const government = await aPartner(test.sql, { cloud: 'us-government', country: 'US' });
    const there = aContext(test.api, government, await aPartnerUser(test.sql, government));
    for (const act of [setProfileLogo(there, seen), removeProfileLogo(there, seen), openOwnLogo(there, '0'.repeat(64))])
      expect(await outcomeOf(act)).toBe('feature_off');
    expect(await outcomeOf(setProfileLogo(theirs.ctx, { ...seen, version: 7 }))).toBe('conflict');
  });
});
