import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

function* filesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', 'testing', 'faults'].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (/\.(ts|vue|js)$/.test(entry.name) && !/\.test\.ts$|\.d\.ts$/.test(entry.name)) yield path;
  }
}
const sources = ['apps', 'packages'].flatMap((folder) =>
  [...filesIn(join(root, folder))].map((path) => ({ file: relative(root, path), text: readFileSync(path, 'utf8') })),
);
/** The files in which something stands. */
const filesWith = (what: RegExp) => sources.filter(({ text }) => what.test(text)).map(({ file }) => file);

describe('code that has been the door in elsewhere', () => {
  it('is looked for in all there is', () => {
    expect(sources.length).toBeGreaterThan(500);
  });

  it.each([
    ['runs a text as code', /\beval\(|new Function\(|setTimeout\(\s*['"`]|vm\.run/],
    ['puts a text into a page as HTML', /v-html|(?:inner|outer)HTML\s*=(?!=)|insertAdjacentHTML|document\.write\b/],
    ['lets other pages read ours', /access-control-allow-origin|document\.domain/i],
    ['makes a random number that can be guessed', /Math\.random\(|pseudoRandomBytes/],
    ['hashes with something that is broken', /create(?:Hash|Hmac)\(\s*['"](?!sha256['"])/],
    ['encrypts without proving that it was not changed', /createCipheriv\(\s*['"](?!aes-256-gcm['"])|createCipher\(|-ecb|pkcs1_padding/i],
    ['reads XML', /xml2js|fast-xml|libxml|\bsax\b|['"](?:text|application)\/xml/],
    ['opens a socket to the browser', /new WebSocket|socket\.io|RTCPeerConnection/],
    ['trusts every certificate', /rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED/],
    ['reads requests leniently', /insecureHTTPParser|--insecure-http-parser/],
  ])('stands nowhere: what %s', (_what, pattern) => {
    expect(filesWith(pattern)).toEqual([]);
  });

  it.each([
    [
      'talks to another page',
      /postMessage\(|addEventListener\(\s*['"]message['"]/,
      // The frame of a mail and the page around it.
      /^apps\/(api\/src\/security-headers\.ts|web\/src\/invitations\/MailFrame\.vue)$/,
    ],
    ['starts another program', /child_process/, /^apps\/standalone\//],
    [
      'keeps something in the browser',
      /(?:localStorage|sessionStorage)(?:\.setItem|\[)|indexedDB/,
      // The language, which columns a list has, and that the page was loaded anew for a release.
      /^apps\/web\/src\/(app\/(language|router)\.ts|customers\/columns\.ts)$/,
    ],
    [
      'fetches an address',
      /\bfetch\(|import \{[^}]*\brequest\b[^}]*\} from 'node:https?'|https?\.(?:get|request)\(/,
      // In the browser, and on the server where what somebody has typed is checked as the connection is made.
      /^apps\/web\/|^apps\/standalone\/src\/inbox\/assets\.ts$|^apps\/api\/src\/pages\/visit-script\.ts$|^packages\/services\/src\/outgoing-requests\.ts$/,
    ],
  ])('stands in the one place that it has: what %s', (_what, pattern, place) => {
    expect(filesWith(pattern).filter((file) => !place.test(file))).toEqual([]);
  });
});
