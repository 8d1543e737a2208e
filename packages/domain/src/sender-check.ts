/** Everything that the sender check can find; each has a sentence in every language. */
export const senderFindings = [
  'spf_ok',
  'spf_ok_unproven',
  'spf_missing',
  'spf_several',
  'spf_broken',
  'spf_too_many',
  'spf_open',
  'spf_not_covering',
  'spf_unknown',
  'dkim_ok',
  'dkim_ok_unproven',
  'dkim_no_selector',
  'dkim_missing',
  'dkim_revoked',
  'dkim_broken',
  'dkim_other_key',
  'dkim_weak',
  'dkim_unknown',
  'dmarc_ok',
  'dmarc_watching',
  'dmarc_no_reports',
  'dmarc_missing',
  'dmarc_several',
  'dmarc_broken',
  'dmarc_unknown',
  'returns_ok',
  'returns_not_aligned',
  'returns_off',
  'returns_missing',
  'returns_refused',
  'returns_unknown',
] as const;
export type SenderFinding = (typeof senderFindings)[number];

/** `unknown`: it could not be looked up. */
export const senderVerdicts = ['ok', 'warning', 'missing', 'unknown'] as const;
