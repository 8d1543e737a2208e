import AxeBuilder from '@axe-core/playwright';
import { personsBrowser } from './places.ts';
import { expect, startPortal, test } from './portal.ts';

const words = {
  en: {
    title: 'Find a partner',
    find: 'Find partners',
    search: 'What are you looking for?',
    country: 'Country or region',
    place: 'City, region or postal code',
    more: 'More filters',
    industry: 'Your industry',
    manufacturing: 'Manufacturing',
    many: /^\d+ partners$/,
    one: '1 partner',
    none: 'No partner has all of that',
    clear: 'Clear all filters',
    next: 'Next page',
    japan: 'Japan',
    azure: 'Microsoft Azure',
    product: 'Product',
    other: '日本語',
    otherTitle: 'パートナーを探す',
  },
  ja: {
    title: 'パートナーを探す',
    find: '検索',
    search: '何をお探しですか',
    country: '国・地域',
    place: '市区町村、都道府県、郵便番号',
    more: '条件を追加',
    industry: 'お客様の業種',
    manufacturing: '製造',
    many: /^\d+ 社$/,
    one: '1 社',
    none: 'すべての条件に合うパートナーが見つかりません',
    clear: 'すべての条件を解除',
    next: '次のページ',
    japan: '日本',
    azure: 'Microsoft Azure',
    product: '製品',
    other: 'English',
    otherTitle: 'Find a partner',
  },
} as const;

test('somebody without a script finds a partner by place, words and choices, on a phone, in both languages', async ({ browser }) => {
  test.setTimeout(240_000);
  const portal = await startPortal({ queue: 'postgres', arguments: ['demo'] });
  try {
    for (const language of ['en', 'ja'] as const) {
      const text = words[language];
      const context = await personsBrowser(browser, { language, theme: 'light', width: 390, height: 844 }, { javaScriptEnabled: false });
      const page = await context.newPage();
      await page.goto(`${portal.url}/find-a-partner`);
      await expect(page.getByRole('heading', { level: 1, name: text.title })).toBeVisible();
      await expect(page.getByRole('heading', { level: 2, name: text.many })).toBeVisible();
      expect(
        await page
          .getByRole('listitem')
          .filter({ has: page.locator('h3') })
          .count(),
      ).toBe(20);
      // Every logo is there, and nothing is wider than a phone.
      await page.getByRole('link', { name: text.next }).click();
      await expect(page).toHaveURL(/after=/);
      expect(
        await page
          .getByRole('listitem')
          .filter({ has: page.locator('h3') })
          .count(),
      ).toBeGreaterThan(0);

      await page.goto(`${portal.url}/find-a-partner`);
      await page.getByLabel(text.country, { exact: true }).selectOption({ label: text.japan });
      await page.getByLabel(text.search).fill('azure');
      await page.getByRole('button', { name: text.find }).click();
      await expect(page).toHaveURL(/country=JP/);
      await expect(page.getByText('Proseware 九州')).toBeVisible();
      await expect(page.getByText('Relecloud')).toHaveCount(0);
      // A city, as it is written there and in Latin letters.
      for (const place of ['福岡', 'Fukuoka']) {
        await page.getByLabel(text.place).fill(place);
        await page.getByRole('button', { name: text.find }).click();
        await expect(page.getByRole('heading', { level: 2, name: text.one, exact: true })).toBeVisible();
      }
      await page.getByText(text.more).click();
      await page.getByLabel(text.industry).selectOption({ label: text.manufacturing });
      await page.getByRole('button', { name: text.find }).click();
      await expect(page.getByText('Proseware 九州')).toBeVisible();
      await page.getByLabel(text.search).fill('zzzz');
      await page.getByRole('button', { name: text.find }).click();
      await expect(page.getByRole('heading', { name: text.none })).toBeVisible();
      await page.getByRole('link', { name: text.clear }).first().click();
      await expect(page.getByRole('heading', { level: 2, name: text.many })).toBeVisible();

      // Two characters of Japanese are enough.
      await page.goto(`${portal.url}/find-a-partner?search=${encodeURIComponent('電話')}`);
      await page.getByRole('link', { name: /Relecloud/ }).click();
      await expect(page.getByRole('heading', { level: 1 })).toContainText('Relecloud 関西株式会社');
      await page.getByRole('link', { name: text.other }).click();
      await page.getByRole('link', { name: /‹/ }).click();
      await expect(page.getByRole('heading', { level: 1, name: text.otherTitle })).toBeVisible();
      await context.close();

      for (const theme of ['light', 'dark'] as const) {
        const seen = await (await personsBrowser(browser, { language, theme })).newPage();
        const [first] = [
          (await (await fetch(`${portal.url}/find-a-partner/sitemap.xml`)).text()).match(/find-a-partner\/[\da-f-]{36}/)?.[0],
        ];
        for (const path of [
          '/find-a-partner',
          '/find-a-partner?search=azure&country=JP&industries=manufacturing',
          '/find-a-partner?search=zzzz',
          `/${first}`,
        ]) {
          await seen.goto(`${portal.url}${path}`);
          expect(
            await seen.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
          ).toBeLessThanOrEqual(0);
          const { violations } = await new AxeBuilder({ page: seen }).analyze();
          expect(
            violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
            `${path} ${theme}`,
          ).toEqual([]);
        }
        await seen.context().close();
      }
    }
  } finally {
    await portal.stop();
  }
});
