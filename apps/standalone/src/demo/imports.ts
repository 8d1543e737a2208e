import { Readable } from 'node:stream';
import type { Context } from '@clientele/db';
import type { ImportOptions } from '@clientele/domain';
import { receiveFile, resumeOperation, runOperation, startImport } from '@clientele/services';

const options: ImportOptions = { country: 'US', language: 'en', tags: ['from the old portal'], updateExisting: true };

/** A list as another portal gives it: mostly good, some rows to mend. */
const finished = `Customer ID,Company name,Primary domain,Country,First name,Last name,E-mail,Notes
P-1001,Alpine Ski House,alpineski.example,United States,Ivy,Chen,ivy@alpineski.example,
P-1002,Bellows Optics,bellowsoptics.example,United States,Tom,Reyes,tom@bellowsoptics.example,Asked for a quote in spring
P-1003,Münchner Kaffeerösterei,kaffee.example,Germany,Paula,Huber,paula@kaffee.example,
P-1004,ネットワーク印刷株式会社,network-insatsu.example,Japan,恵,中村,megumi@network-insatsu.example,担当者は午前中に在席
P-1005,شركة الأفق,alofoq.example,United Arab Emirates,Omar,Haddad,omar@alofoq.example,
P-1006,Rocket Labs 🚀,rocketlabs.example,United States,Nina,Holm,nina@rocketlabs.example,
P-1007,Lucky Charm Toys,luckycharm.example,Atlantis,Jan,Keller,jan@luckycharm.example,
P-1008,Аpple Orchard,аpple-orchard.com,United States,Beth,Ito,beth@orchard.example,
P-1009,=HYPERLINK(1),formula.example,United States,Rob,Young,rob@formula,
P-1006,Rocket Labs again,rocketlabs.example,United States,Nina,Holm,nina@rocketlabs.example,
`;

const waiting = `会社名;プライマリドメイン;国;担当者;メールアドレス;電話番号;タグ
${Array.from({ length: 60 }, (_, n) => `北${n + 1}商事株式会社;kita${n + 1}.example;日本;佐藤 健;ken@kita${n + 1}.example;03-5555-${String(1000 + n)};インポート`).join('\n')}
南工業株式会社;minami;日本;高橋 凛;rin@minami.example;03-5555-2000;
北1商事株式会社;kita1.example;日本;佐藤 健;ken@kita1.example;03-5555-1000;
`;

/** An import that is done but for a few rows, and one that waits for somebody to look at its dry run. */
export async function addImports({ ask, work }: { ask: () => Context; work: () => Context }): Promise<void> {
  for (const [fileName, text, language] of [
    ['customers-of-the-old-portal.csv', finished, 'en'],
    ['顧客一覧.csv', waiting, 'ja'],
  ] as const) {
    const file = await receiveFile(ask(), { fileName, source: Readable.from([Buffer.from(text)]) });
    const country = language === 'ja' ? 'JP' : 'US';
    const operation = await startImport(ask(), { ...options, importId: file.id, mapping: file.mapping, country, language, request: null });
    const run = () => runOperation(work(), operation.id, { owner: 'demo', clock: () => new Date(), progress: () => {} });
    await run();
    if (language === 'ja') continue;
    await resumeOperation(ask(), operation.id);
    await run();
  }
}
