export const visitors = ['machine', 'unclear', 'person'] as const;
/** Who opened the page behind a link, as far as it can be told. It is shown, and nothing is ever refused because of it. */
export type Visitor = (typeof visitors)[number];

/** What a request says about who makes it. */
export interface VisitFacts {
  method: string;
  userAgent: string | undefined;
  accept: string | undefined;
  acceptLanguage: string | undefined;
  /** `Sec-Purpose`, or what older browsers call it: the page was fetched before anybody asked for it. */
  purpose: string | undefined;
  /** The newest mail with this link is being handed to the mail server right now, or the server took it so many milliseconds ago; null without one. */
  sinceMail: 'sending' | number | null;
  /** Somebody moved, touched or typed on the page, or sent one of its forms. */
  acted: boolean;
}

/** What names itself a program. */
const programs = new RegExp(
  [
    // Whatever calls itself a bot (a telephone is called Cubot), and what fetches pages for a search or a preview.
    '(?<!cu)bot\\b|crawl|spider|slurp|scanner|preview|externalhit|whatsapp|skype|embedly|imageproxy|mailproxy|google-|apis-google|googleother',
    // Browsers that nobody sits in front of.
    'headless|phantomjs|puppeteer|playwright|selenium|electron-fetch',
    // Libraries and commands.
    'curl|wget|python|aiohttp|httpx|go-http-client|^java\\/|okhttp|apache-httpclient|axios|node-fetch|^node\\b|undici|got \\(|libwww|lwp::|guzzle|^php|ruby|postman|insomnia|winhttp|libcurl|scrapy',
    // Mail programs and servers that look where a link leads.
    'microsoft office|ms-office|msoffice|microsoft outlook|safelinks|exchangeservices|thunderbird',
    // Mail and web filters that say who they are.
    'barracuda|proofpoint|mimecast|ironport|messagelabs|symantec|fireeye|trellix|trend ?micro|sophos|forcepoint|websense|zscaler|fortiguard|cloudmark|vade|bitdefender|urlscan|virustotal|netcraft|checkphish|censys|expanse',
    // Nobody has read a page with these for years; filters still bear their names.
    'msie [4-9]|windows nt 5\\.',
  ].join('|'),
  'i',
);

/** A person needs longer than this to open a mail that the server has just taken and to press its button. */
const soonest = 5000;

/**
 * Who is behind a request: a machine that betrays itself, a person who did something, or nobody knows yet. Scanners that render a page like a
 * browser look like one: that is why a page that was only opened is `unclear`, never `person`.
 */
export function visitorOf(facts: VisitFacts): Visitor {
  const { userAgent, accept, acceptLanguage, purpose, sinceMail } = facts;
  if (!userAgent || programs.test(userAgent)) return 'machine';
  if (facts.acted) return 'person';
  if (facts.method !== 'GET' || /prefetch|prerender|preview/i.test(purpose ?? '')) return 'machine';
  // Every browser says what it reads and in which language; what only fetches does not.
  if (!acceptLanguage || acceptLanguage === '*' || !accept?.includes('text/html')) return 'machine';
  if (sinceMail === 'sending' || (sinceMail !== null && sinceMail < soonest)) return 'machine';
  return 'unclear';
}

/** What lies no further apart than this is one visit of a person, in milliseconds. */
export const visitGapMs = 30 * 60_000;
