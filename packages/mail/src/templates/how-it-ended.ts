import type { Language } from '../layout.ts';

export type EndMode = 'now' | 'when-clear' | 'at';

/** How an end came, for the mails about it; nothing of one that was simply asked for. */
export const howItEnded: Record<Language, Record<EndMode, string>> = {
  en: {
    now: '',
    'when-clear': 'It had been planned to end by itself as soon as nothing was live between the two any more.',
    at: 'The end had been set for a date beforehand.',
  },
  ja: {
    now: '',
    'when-clear':
      'この終了は、有効なサブスクリプションや購入がすべてなくなった時点で自動的に行われるよう、あらかじめ予定されていたものです。',
    at: 'この終了は、あらかじめ日時が定められていたものです。',
  },
};
