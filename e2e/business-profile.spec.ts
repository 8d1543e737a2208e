import { deflateSync } from 'node:zlib';
import { admin, Partner } from './partner.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { expect, test } from './portal.ts';

// A partner has one profile for each country: nobody else's must be in the way.
test.use({ sharing: 'business-profile' });

test.beforeEach(async ({ portal }) => {
  await (await Partner.of(portal)).close();
});

const words = {
  en: {
    country: 'DE',
    name: 'Germany',
    begin: 'Begin a profile',
    notPublished: 'Not published',
    count: (count: string) => `${count} of 2,500`,
    save: 'Save draft',
    saved: 'Draft saved',
    tooLong: 'At most 2,500 characters',
    choose: 'Choose a picture',
    noPicture: 'This is not a picture that can be read.',
    migration: 'Migration',
    add: 'Add a location',
    street: 'Street',
    city: 'City',
    postalCode: 'Postal code',
    badCode: /postal code/i,
    preview: 'Preview the draft',
    previewNote: 'This is how customers will see it.',
    publish: 'Publish',
    published: 'Published',
    differs: 'Draft differs',
    ask: 'Send an enquiry to Fabrikam',
    off: 'Take it off',
    gone: 'This profile is not published',
    more: 'Add a country or region',
  },
  ja: {
    country: 'JP',
    name: '日本',
    begin: 'プロファイルの作成',
    notPublished: '未公開',
    count: (count: string) => `${count} / 2,500`,
    save: '下書きを保存',
    saved: '下書きを保存しました',
    tooLong: '2,500',
    choose: '画像を選択',
    noPicture: '読み取れる画像ではありません。',
    migration: '移行',
    add: '拠点を追加',
    street: '番地',
    city: '市区町村',
    postalCode: '郵便番号',
    badCode: /郵便番号/,
    preview: '下書きのプレビュー',
    previewNote: 'お客様にはこのように表示されます。',
    publish: '公開',
    published: '公開中',
    differs: '下書きに変更あり',
    ask: 'Fabrikam に問い合わせる',
    off: '公開を停止',
    gone: 'このプロファイルは公開されていません',
    more: '国・地域を追加',
  },
} as const;

/** A PNG of one grey that is 600 pixels wide. */
function picture(): Buffer {
  const crc = (bytes: Buffer) => {
    let c = 0xffffffff;
    for (const byte of bytes) {
      c ^= byte;
      for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    }
    return ~c >>> 0;
  };
  const part = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(600, 0);
  head.writeUInt32BE(200, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc(200 * 601, 120).map((byte, index) => (index % 601 === 0 ? 0 : byte));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, part('IHDR', head), part('IDAT', deflateSync(rows)), part('IEND', Buffer.alloc(0))]);
}

const script = '<script>alert(1)</script><img src=x onerror=alert(2)>';

for (const language of ['en', 'ja'] as const)
  test(`a partner writes, previews, publishes, changes and takes off its business profile, in ${language}`, async ({ portal, browser }) => {
    const text = words[language];
    const context = await personsBrowser(browser, { language, theme: 'light' });
    const page = await context.newPage();
    page.on('dialog', () => {
      throw new Error('a script has run');
    });
    await signIn(page, portal.url, admin);
    await page.goto(`${portal.url}/business-profile`);
    await settled(page);
    // The other language has been here before, perhaps.
    const another = page.getByRole('button', { name: text.more });
    await ((await another.isVisible()) ? another : page.getByRole('button', { name: text.begin })).click();
    const dialog = page.getByRole('dialog').filter({ has: page.locator('#new-profile') });
    await dialog.getByRole('combobox').click();
    await page.locator('input[role="combobox"]').fill(text.name);
    await page.getByRole('option', { name: text.name, exact: true }).click();
    await dialog.getByRole('button', { name: text.begin }).click();
    await page.waitForURL(`**/business-profile/${text.country}`);
    const status = page.getByRole('region', { name: text.name });
    await expect(status.getByText(text.notPublished, { exact: true })).toBeVisible();

    // Characters are counted as people do, and one too many is refused at its field; what was typed stays.
    const description = page.locator('textarea[name="description"]');
    await description.fill('👩‍👩‍👧‍👦'.repeat(10) + 'あ'.repeat(2491));
    await expect(page.getByText(text.count('2,501'))).toBeVisible();
    await page.getByRole('button', { name: text.save }).click();
    await expect(page.getByText(text.tooLong).first()).toBeVisible();
    await expect(description).toHaveValue(/あ$/);

    await description.fill(`${script}\n\n${language === 'ja' ? '会社のクラウド移行を手伝います。' : 'We move companies to the cloud.'}`);
    await page.locator('input[name="webSite"]').fill('javascript:alert(3)');
    await page.getByRole('checkbox', { name: text.migration, exact: true }).check();
    await page.getByRole('button', { name: text.add }).click();
    await page.locator('input[name="address.line1"]').fill(language === 'ja' ? '丸の内1-1' : 'Torstraße 1');
    await page.locator('input[name="address.city"]').fill(language === 'ja' ? '千代田区' : 'Berlin');
    await page.locator('input[name="address.postalCode"]').fill('1');
    await page.getByRole('button', { name: text.save }).click();
    await expect(page.locator('input[name="webSite"]')).toHaveAttribute('aria-invalid', 'true');
    await expect(page.locator('input[name="address.postalCode"]')).toHaveAttribute('aria-invalid', 'true');
    await expect(page.locator('input[name="address.line1"]')).not.toHaveValue('');
    await page.locator('input[name="webSite"]').fill('www.fabrikam.example');
    await page.locator('input[name="address.postalCode"]').fill(language === 'ja' ? '100-0005' : '10115');
    if (language === 'ja') {
      await page.locator('[data-field="address.state"]').click();
      await page.getByRole('option', { name: '東京都' }).click();
    }
    await page.getByRole('button', { name: text.save }).click();
    await expect(page.getByText(text.saved, { exact: true }).first()).toBeVisible();
    await expect(page.locator('input[name="webSite"]')).toHaveValue('https://www.fabrikam.example/');

    // A page that calls itself a picture is none; a picture is drawn anew.
    await page.locator('input[type="file"]').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(script) });
    await expect(page.getByText(text.noPicture)).toBeVisible();
    await page.locator('input[type="file"]').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: picture() });
    await expect(page.getByText('300 × 100')).toBeVisible();

    const [preview] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: text.preview }).click()]);
    await expect(preview.getByText(text.previewNote)).toBeVisible();
    await expect(preview.getByText(script)).toBeVisible();
    await expect(preview.locator('.logo img')).toHaveJSProperty('naturalWidth', 300);
    await preview.close();

    await status.getByRole('button', { name: text.publish, exact: true }).click();
    await expect(status.getByText(text.published, { exact: true })).toBeVisible();
    const visitor = await (await personsBrowser(browser, { language, theme: 'light' }, { javaScriptEnabled: false })).newPage();
    await visitor.goto(`${portal.url}/find-a-partner?country=${text.country}`);
    await visitor.getByRole('link', { name: 'Fabrikam' }).click();
    await expect(visitor.getByText(script)).toBeVisible();
    await expect(visitor.getByRole('link', { name: text.ask })).toHaveAttribute('href', /\/find-a-partner\/[\da-f-]+\/enquiry\?/);

    // What is edited further is not what customers see.
    await description.fill('Another text.');
    await page.getByRole('button', { name: text.save }).click();
    await expect(status.getByText(text.differs, { exact: true })).toBeVisible();
    await visitor.reload();
    await expect(visitor.getByText('Another text.')).toHaveCount(0);

    await status.getByRole('button', { name: text.off }).click();
    await page.getByRole('dialog').getByRole('button', { name: text.off }).click();
    await expect(status.getByText(text.notPublished, { exact: true })).toBeVisible();
    await visitor.reload();
    await expect(visitor.getByText(text.gone)).toBeVisible();
    await visitor.context().close();
    await context.close();
  });
