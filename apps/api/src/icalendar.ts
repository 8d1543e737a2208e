import type { Language } from '@clientele/domain';

/** One end of delegated admin, as an event of a calendar. */
export interface CalendarEntry {
  customerId: string;
  companyName: string;
  domain: string;
  until: Date;
  /** When it was granted or extended last. */
  changedAt: Date;
  version: number;
}

const words = {
  en: {
    name: (partner: string) => `Expiries of delegated admin (${partner})`,
    summary: (company: string) => `Delegated admin of ${company} ends`,
    description: (company: string, link: string) =>
      `After this moment you can no longer administer ${company}: users, licences, settings and support requests. The relationship and the subscriptions stay.\nAsk for more time: ${link}`,
    alarm: (company: string) => `In 7 days delegated admin of ${company} ends`,
  },
  ja: {
    name: (partner: string) => `代理管理権限の期限（${partner}）`,
    summary: (company: string) => `${company} の代理管理権限が終了`,
    description: (company: string, link: string) =>
      `この日時以降、${company} の組織（ユーザー、ライセンス、設定、サポート リクエスト）を代わりに管理できなくなります。リセラー関係とサブスクリプションは続きます。\n延長の依頼：${link}`,
    alarm: (company: string) => `7日後に ${company} の代理管理権限が終了します`,
  },
};

/** RFC 5545, 3.3.11: what would end a value or a line is escaped; what nobody can see is left out. */
function text(value: string): string {
  return value
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\n\t]|\p{Surrogate}/gu, '')
    .replace(/[\\;,]/g, (mark) => `\\${mark}`)
    .replaceAll('\n', '\\n');
}

/** RFC 5545, 3.3.5, form 2: a moment in UTC, which no daylight saving can move. */
const utc = (moment: Date) => `${moment.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/** RFC 5545, 3.1: a line is at most 75 octets; a longer one goes on after a line end and a space, and never within a character. */
function fold(line: string): string {
  const pieces: string[] = [];
  let piece = '';
  let octets = 0;
  for (const character of line) {
    const more = Buffer.byteLength(character);
    // The space that begins a line that goes on counts, too.
    if (octets + more > 75) {
      pieces.push(piece);
      piece = '';
      octets = 1;
    }
    piece += character;
    octets += more;
  }
  return [...pieces, piece].join('\r\n ');
}

/** The expiries as a calendar (RFC 5545), read-only, each with an alarm seven days before. The same of the same, byte for byte. */
export function renderCalendar(
  { language, partnerName, entries }: { language: Language; partnerName: string; entries: readonly CalendarEntry[] },
  publicUrl: string,
): string {
  const say = words[language];
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Clientele//Expiries//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${text(say.name(partnerName))}`,
    `X-WR-CALNAME:${text(say.name(partnerName))}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'X-PUBLISHED-TTL:PT1H',
    ...entries.flatMap((entry) => {
      const link = `${publicUrl}/customers/${entry.customerId}?tab=relationship`;
      const company = `${entry.companyName} (${entry.domain})`;
      return [
        'BEGIN:VEVENT',
        // The same through every extension, so that the event moves instead of standing there twice.
        `UID:delegated-admin-${entry.customerId}@clientele`,
        `DTSTAMP:${utc(entry.changedAt)}`,
        `LAST-MODIFIED:${utc(entry.changedAt)}`,
        `SEQUENCE:${entry.version}`,
        `DTSTART:${utc(entry.until)}`,
        'DURATION:PT0S',
        `SUMMARY:${text(say.summary(entry.companyName))}`,
        `DESCRIPTION:${text(say.description(company, link))}`,
        `URL:${link}`,
        'TRANSP:TRANSPARENT',
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        'TRIGGER:-P7D',
        `DESCRIPTION:${text(say.alarm(entry.companyName))}`,
        'END:VALARM',
        'END:VEVENT',
      ];
    }),
    'END:VCALENDAR',
  ];
  return `${lines.map(fold).join('\r\n')}\r\n`;
}
