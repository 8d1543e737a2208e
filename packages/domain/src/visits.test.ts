import { describe, expect, it } from 'vitest';
import { type VisitFacts, visitorOf } from './visits.ts';

const html = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const opened = (more: Partial<VisitFacts> = {}): VisitFacts => ({
  method: 'GET',
  userAgent: chrome,
  accept: html,
  acceptLanguage: 'en-GB,en;q=0.9',
  purpose: undefined,
  sinceMail: 60_000,
  acted: false,
  ...more,
});

const browsers: [string, string][] = [
  ['Chrome on Windows', chrome],
  [
    'Edge on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0',
  ],
  ['Firefox on Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0'],
  ['Firefox on Linux', 'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0'],
  [
    'Safari on a Mac',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  ],
  [
    'Safari on an iPhone',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  ],
  [
    'a mail program’s own window on an iPhone',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  ],
  [
    'Chrome on an iPhone',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1',
  ],
  ['Chrome on Android', 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36'],
  [
    'Chrome on a Cubot telephone',
    'Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36',
  ],
  [
    'Samsung Internet',
    'Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36',
  ],
  [
    'Line’s window in Japan',
    'Mozilla/5.0 (Linux; Android 13; SO-51C; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 Line/14.19.0/IAB',
  ],
  [
    'Opera',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0',
  ],
  ['Internet Explorer 11', 'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko'],
];

const machines: [string, string | undefined][] = [
  ['nothing at all', undefined],
  ['nothing at all', ''],
  ['curl', 'curl/8.5.0'],
  ['wget', 'Wget/1.21.4'],
  ['requests', 'python-requests/2.32.3'],
  ['urllib', 'Python-urllib/3.12'],
  ['aiohttp', 'Python/3.11 aiohttp/3.9.5'],
  ['Go', 'Go-http-client/2.0'],
  ['Java', 'Java/17.0.9'],
  ['Apache’s client', 'Apache-HttpClient/4.5.14 (Java/17.0.9)'],
  ['okhttp', 'okhttp/4.12.0'],
  ['axios', 'axios/1.7.7'],
  ['Node', 'node'],
  ['headless Chrome', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.6778.33 Safari/537.36'],
  ['PhantomJS', 'Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1'],
  ['Googlebot', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  [
    'Googlebot as a telephone',
    'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.6778.69 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  ],
  ['Google’s picture proxy', 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)'],
  [
    'bingbot',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36',
  ],
  ['Slackbot', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)'],
  ['Teams and Skype', 'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com'],
  ['WhatsApp', 'WhatsApp/2.24.20.89 A'],
  ['Facebook', 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)'],
  ['Discord', 'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)'],
  ['Telegram', 'TelegramBot (like TwitterBot)'],
  ['LinkedIn', 'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)'],
  ['Office asking whether a link is there', 'Microsoft Office Existence Discovery'],
  ['Office asking what a link is', 'Microsoft Office Protocol Discovery'],
  ['Outlook', 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)'],
  ['Outlook’s window', 'Mozilla/4.0 (compatible; ms-office; MSOffice 16)'],
  ['Barracuda', 'Barracuda Sentinel (EE)'],
  ['a filter under an old name', 'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0)'],
  ['Proofpoint by its name', 'Mozilla/5.0 (compatible; Proofpoint URL Defense)'],
  ['Mimecast by its name', 'Mozilla/5.0 (compatible; Mimecast TTP)'],
  ['Symantec', 'Mozilla/5.0 (compatible; SymantecWebFilter)'],
  ['a link scanner', 'Mozilla/5.0 (compatible; SomeVendor-Link-Scanner/3.0)'],
];

describe('who opened the page', () => {
  it.each(browsers)('is not known yet when %s fetched it, and a person once somebody does something', (_, userAgent) => {
    expect(visitorOf(opened({ userAgent }))).toBe('unclear');
    expect(visitorOf(opened({ userAgent, method: 'POST', acted: true, accept: '*/*' }))).toBe('person');
  });

  it.each(machines)('is a machine when it is %s, whatever it does: %s', (_, userAgent) => {
    expect(visitorOf(opened({ userAgent }))).toBe('machine');
    expect(visitorOf(opened({ userAgent, acted: true }))).toBe('machine');
  });

  it.each([
    ['asks for the head only', { method: 'HEAD' }],
    ['says no language, as link scanners in a browser’s clothes do', { acceptLanguage: undefined }],
    ['says any language', { acceptLanguage: '*' }],
    ['does not ask for a page', { accept: '*/*' }],
    ['says nothing of what it reads', { accept: undefined }],
    ['fetches it ahead', { purpose: 'prefetch' }],
    ['fetches it ahead, hidden', { purpose: 'prefetch;prerender' }],
    ['fetches it for a preview', { purpose: 'preview' }],
    ['is there while the mail is still being handed over', { sinceMail: 'sending' as const }],
    ['is there as soon as the mail server has the mail', { sinceMail: 0 }],
    ['is there before anybody could have read the mail', { sinceMail: 4999 }],
  ])('is a machine when a browser %s', (_, more) => {
    expect(visitorOf(opened(more))).toBe('machine');
    // Somebody who acts is a person all the same: the guess was wrong.
    expect(visitorOf(opened({ ...more, acted: true }))).toBe('person');
  });

  it.each([
    ['some seconds after the mail', { sinceMail: 5000 }],
    ['by a link that no mail has brought', { sinceMail: null }],
  ])('is not known when a browser is there %s', (_, more) => {
    expect(visitorOf(opened(more))).toBe('unclear');
  });
});
