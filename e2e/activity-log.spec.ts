import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { personsBrowser, settled, signIn } from './places.ts';
import { accountsOf, expect, test } from './portal.ts';

const words = {
  en: {
    sealed: /Sealed up to record [\d,]+/,
    verify: 'Verify now',
    good: /[1-9][\d,]* records verified, nothing wrong/,
    search: 'Search the log',
    kind: 'Kind',
    invitations: 'Invitations',
    csv: 'Export CSV',
    proof: 'Proof',
    signed: 'Download signed file',
    checkpoint: 'Download checkpoint',
    details: /^Details/,
    seal: /^Sealed as number [\d,]+$/,
    keep: 'Keep records',
    years: '7 years',
    warning: 'Records older than 7 years are removed',
    save: 'Save',
    said: 'For ever → 7',
  },
  ja: {
    sealed: /記録 [\d,]+ まで封印済み/,
    verify: '今すぐ検証',
    good: /[1-9][\d,]* 件を検証、問題なし/,
    search: 'ログを検索',
    kind: '種類',
    invitations: '招待',
    csv: 'CSV をエクスポート',
    proof: '証明',
    signed: '署名付きファイルをダウンロード',
    checkpoint: 'チェックポイントをダウンロード',
    details: /^詳細/,
    seal: /^番号 [\d,]+ として封印済み$/,
    keep: '記録の保存',
    years: '6 年',
    warning: '6 年より前の記録は完全に削除されます',
    save: '保存',
    said: '7 → 6',
  },
} as const;

const checker = fileURLToPath(new URL('../scripts/check-export.mjs', import.meta.url));
const check = (file: string) =>
  new Promise<{ code: number; said: string }>((resolve) =>
    execFile(process.execPath, [checker, file], { env: {} }, (error, stdout) =>
      resolve({ code: error ? Number(error.code) : 0, said: stdout }),
    ),
  );

for (const language of ['en', 'ja'] as const)
  test(`somebody verifies the log, finds records, and takes away a file that holds outside (${language})`, async ({ browser, demo }) => {
    const say = words[language];
    const [account] = accountsOf(demo);
    if (!account) throw new Error('the demo has no account');
    const context = await personsBrowser(browser, { language, theme: 'light' });
    const page = await context.newPage();
    await signIn(page, demo.url, account);
    await page.goto(`${demo.url}/activity`);
    await expect(page.getByText(say.sealed)).toBeVisible({ timeout: 40_000 });
    await page.getByRole('button', { name: say.verify }).click();
    await expect(page.getByText(say.good)).toBeVisible({ timeout: 40_000 });
    await expect(page.getByRole('button', { name: say.verify })).toBeEnabled({ timeout: 40_000 });

    // What is asked for is in the address, and both files hold exactly that.
    await page.getByRole('searchbox', { name: say.search }).fill('Fourth Coffee');
    await expect(page).toHaveURL(/search=Fourth\+Coffee|search=Fourth%20Coffee/);
    await page.getByRole('button', { name: say.kind, exact: true }).click();
    await page.getByRole('option', { name: say.invitations, exact: true }).click();
    await expect(page).toHaveURL(/group=invitations/);
    await page.reload();
    await settled(page);
    const records = page.locator('main li').filter({ has: page.getByRole('button', { name: say.details }) });
    await expect(records.first()).toContainText('Fourth Coffee');
    const count = await records.count();
    const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: say.csv }).click()]);
    const lines = (await readFile(await csv.path(), 'utf8')).trimEnd().split('\n').slice(1);
    expect(lines).toHaveLength(count);

    await page.getByRole('button', { name: say.proof }).click();
    const [signed] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: say.signed }).click()]);
    const file = await signed.path();
    expect(await check(file)).toMatchObject({ code: 0, said: expect.stringContaining(`whole and signed: ${count} records`) });
    const content = await readFile(file, 'utf8');
    await writeFile(file, content.replace('Fourth Coffee', 'Fifth Coffee'));
    expect((await check(file)).code).toBe(1);
    const [kept] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: say.checkpoint }).click()]);
    expect(JSON.parse(await readFile(await kept.path(), 'utf8'))).toMatchObject({ format: 'clientele-log-checkpoint/1' });

    await records.first().getByRole('button', { name: say.details }).click();
    await expect(records.first().getByRole('definition').filter({ hasText: say.seal })).toBeVisible();
    await context.close();
  });

for (const language of ['en', 'ja'] as const)
  test(`a global admin says how long records are kept, and the log says so (${language})`, async ({ browser, demo }) => {
    const say = words[language];
    const [account] = accountsOf(demo);
    if (!account) throw new Error('the demo has no account');
    const context = await personsBrowser(browser, { language, theme: 'light' });
    const page = await context.newPage();
    await signIn(page, demo.url, account);
    await page.goto(`${demo.url}/settings/activity`);
    await settled(page);
    await page.getByRole('combobox', { name: say.keep }).click();
    await page.getByRole('option', { name: say.years, exact: true }).click();
    await expect(page.getByText(say.warning)).toBeVisible();
    await page.getByRole('button', { name: say.save, exact: true }).click();
    await expect(page.getByText(say.warning)).toBeHidden();
    await page.goto(`${demo.url}/activity?type=partner.settings_changed`);
    await settled(page);
    await page.getByRole('button', { name: say.details }).first().click();
    await expect(page.getByText(say.said)).toBeVisible();
    await context.close();
  });
