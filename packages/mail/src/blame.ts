/** What a mail server said no with, as far as it is known. */
export interface Refused {
  /** The enhanced status of RFC 3463, such as `5.1.1`; empty when there is none. */
  status: string;
  /** The SMTP code, such as 550; 0 when there is none. */
  code: number;
  text: string;
}

/** Bad mailbox, bad or unroutable domain, malformed, ambiguous, moved, null MX; disabled mailbox. */
const ofAddress = /^5\.(?:1\.(?:0|1|2|3|4|6|10)|2\.1|4\.4)$/;
/** Words of servers that refuse who sends or what is sent, without a status that says so. */
const ofSender =
  /\b(?:sender|spam|spf|dkim|dmarc|blocked|block(?:ed)?list|blacklist\w*|denylist|rbl|dnsbl|reputation|policy|relay\w*|quota|full)\b/i;

/**
 * Whether a refusal for good says that the address is wrong. A full mailbox, a policy, a size or a content says nothing about the address, and
 * must not keep the partner from writing to it again; when in doubt it is not the address.
 */
export function blamesAddress({ status, code, text }: Refused): boolean {
  if (status && !/^5\.\d{1,3}\.\d{1,3}$/.test(status)) return false;
  if (status === '5.1.0') return /recipient|mailbox|user|address/i.test(text) && !ofSender.test(text);
  if (ofAddress.test(status)) return true;
  // 5.4.1 is "no answer from host"; Microsoft's servers say with it that they know no such recipient.
  if (status === '5.4.1') return /recipient address rejected/i.test(text);
  if (status && status !== '5.0.0') return false;
  return [550, 551, 553, 556].includes(code) && !ofSender.test(text);
}
