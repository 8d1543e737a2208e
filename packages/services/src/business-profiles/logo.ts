import { createHash } from 'node:crypto';
import { type ProfileLogo, profileLimits, Refusal, type Rule } from '@clientele/domain';

const refused = (rule: Rule, params?: Record<string, string | number>) =>
  new Refusal('validation_failed', 'Some fields need your attention.', { fields: [{ path: 'logo', rule, ...(params ? { params } : {}) }] });

/** So long a picture may take to be read; one of the size that we take is read in a fraction of a second. */
const longestSeconds = 5;

/** The decoders that we let near an upload. Whatever else a library can read (SVG, PDF, TIFF, WebP …) is never tried. */
const decoders = ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadNsgif'];

let loading: Promise<typeof import('sharp')['default']> | undefined;

/** Loaded with the first logo: nothing else needs it. */
const loadSharp = () =>
  (loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: decoders });
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  }));

export interface MadeLogo extends ProfileLogo {
  bytes: Buffer;
}

/**
 * A logo out of what was uploaded. What it is, its pixels say, not its name or head; it is drawn anew, at most 300 pixels wide and high, so that nothing of the
 * uploaded bytes is kept: no place where a photograph was taken, no script behind the picture, no second picture of an animation. Throws `validation_failed` for
 * anything that is no GIF, JPEG or PNG, or too large.
 */
export async function makeLogo(uploaded: Buffer): Promise<MadeLogo> {
  if (uploaded.length === 0) throw refused('required');
  if (uploaded.length > profileLimits.logoBytes) throw refused('logo_bytes', { max: profileLimits.logoBytes / 1024 / 1024 });
  const sharp = await loadSharp();
  const side = profileLimits.logoSide;
  const read = () =>
    sharp(uploaded, { failOn: 'error', limitInputPixels: side * side, animated: false, sequentialRead: true }).timeout({
      seconds: longestSeconds,
    });
  const { width, height, format } = await read()
    .metadata()
    .catch(() => ({ width: 0, height: 0, format: undefined }));
  if (format !== 'png' && format !== 'jpeg' && format !== 'gif') throw refused('logo_type');
  if (width > side || height > side) throw refused('logo_pixels', { max: side });
  const drawn = read()
    // As a camera held it: that is said in what is not kept.
    .autoOrient()
    .resize({ width: profileLimits.logoWidth, height: profileLimits.logoHeight, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb');
  const encoded = format === 'jpeg' ? drawn.jpeg({ quality: 88, progressive: true }) : drawn.png({ compressionLevel: 9, effort: 7 });
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true }).catch(() => {
    // Its head was a picture's, and the rest is not.
    throw refused('logo_type');
  });
  return {
    hash: createHash('sha256').update(data).digest('hex'),
    mediaType: format === 'jpeg' ? 'image/jpeg' : 'image/png',
    width: info.width,
    height: info.height,
    bytes: data,
  };
}
