import type { Browser, Page } from '@playwright/test';
import { linkIn } from './inbox.ts';
import { admin, Partner } from './partner.ts';
import { personsBrowser, settled, signIn } from './places.ts';
import { expect, test } from './portal.ts';

/** What the screens say that these tests look for. */
const words = {
  en: {
    standing: 'How things stand',
    timeline: 'Timeline',
    noMail: 'No mail was sent',
    onlyMachines: 'Only mail scanners or other programs have opened the page',
    unclear: 'Whether by a person or by a program cannot be told',
    opened: 'A person opened the page',
    continued: 'began to answer, and was last there',
    machineLine: 'Page opened by a scanner or another program',
    personLine: 'Page opened by a person',
    continuedLine: 'Began to answer',
    qr: 'Show the QR code',
    qrOf: 'QR code that opens the invitation of',
    approve: 'Approve',
    refuse: 'Refuse',
    waits: 'Hand-over waits',
    handedOver: 'Handed over; the old link is dead',
    stays: 'The invitation stays with',
    notMe: 'I am not the administrator',
    name: 'Name of the administrator',
    email: 'E-mail address of the administrator',
    note: 'Note (optional)',
    submit: 'Hand over',
    notAnAddress: 'This is not a complete e-mail address',
    named: 'Somebody else was named for this request',
    over: 'This request was handed over to somebody else',
    dear: 'Dear Quentin Quick,',
    greeting: 'Hello Ren Sato',
    subject: /asks to be your reseller/,
    stillAsks: 'still asks for an answer here',
  },
  ja: {
    standing: '現在の状況',
    timeline: '経過',
    noMail: 'メールは送信されていません',
    onlyMachines: 'ページを開いたのは、メールの検査などのプログラムだけです',
    unclear: '人かプログラムかは判別できません',
    opened: '人がページを開きましたが、まだ回答がありません',
    continued: '人がページを開いて回答を始めました',
    machineLine: 'メールの検査などのプログラムがページを閲覧',
    personLine: '人がページを閲覧',
    continuedLine: '回答を開始',
    qr: 'QR コードを表示',
    qrOf: 'への招待を開く QR コード',
    approve: '承認',
    refuse: '却下',
    waits: '引き継ぎ待ち',
    handedOver: '引き継ぎ完了。以前のリンクは無効',
    stays: '招待の宛先は',
    notMe: '私は管理者ではありません',
    name: '管理者の氏名',
    email: '管理者のメールアドレス',
    note: '伝言(任意)',
    submit: '引き継ぐ',
    notAnAddress: 'メールアドレスの形式が正しくありません',
    named: 'この依頼には、別の担当者の名前が伝えられています',
    over: 'この依頼は、ほかの方に引き継がれました',
    dear: 'Quentin Quick 様',
    greeting: 'Ren Sato 様',
    subject: /リセラー関係のお願い/,
    stillAsks: '引き続きこのページでの回答を希望しています',
  },
} as const;
type Language = keyof typeof words;

/** A browser as people have it. The one of these tests says that nobody sits in front of it. */
const ofAPerson = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36';

const guest = (browser: Browser, language: Language, more: object = {}) =>
  personsBrowser(browser, { language, theme: 'light', width: 390, height: 844 }, { userAgent: ofAPerson, ...more });

let count = 0;
for (const language of ['en', 'ja'] as const) {
  const say = words[language];
  test.describe(`an invitation, in ${language}`, () => {
    let partner: Partner;
    let page: Page;
    test.beforeAll(async ({ portal, browser }) => {
      partner = await Partner.of(portal);
      page = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
      await signIn(page, portal.url, admin);
    });
    test.afterAll(async () => {
      await page?.context().close();
      await partner?.close();
    });
    async function invite(companyName: string) {
      count += 1;
      const domain = `${companyName.toLowerCase().replace(/\W/g, '')}-${language}-${count}.example`;
      return {
        ...(await partner.invite({ email: `first@${domain}`, companyName, recipientName: 'Megan Bowen', domain, language })),
        domain,
      };
    }
    async function openPanel(url: string, id: string) {
      await page.goto(`${url}/invitations/${id}`);
      await settled(page);
      const panel = page.getByRole('dialog');
      return {
        panel,
        standing: panel.getByRole('region', { name: say.standing }),
        timeline: panel.getByRole('region', { name: say.timeline }),
      };
    }

    test('shows scanners as such, people as people, and who began to answer, while the panel is open', async ({ browser, portal }) => {
      const { id, link } = await invite('Alpine Ski House');
      const { standing, timeline } = await openPanel(portal.url, id);
      await expect(standing).toContainText(say.noMail);

      // A scanner renders the page in a browser that nobody sits in front of.
      const scanner = await (await personsBrowser(browser, { language, theme: 'light' })).newPage();
      await scanner.goto(link, { waitUntil: 'networkidle' });
      await expect(standing).toContainText(say.onlyMachines);
      await expect(timeline).toContainText(say.machineLine);
      await scanner.context().close();

      // One in a browser's clothes renders it, runs its script and scrolls; nobody is there.
      const disguised = await (await guest(browser, language)).newPage();
      await disguised.goto(link, { waitUntil: 'networkidle' });
      await disguised.evaluate(() => {
        window.scrollTo(0, document.body.scrollHeight);
        for (const sign of ['pointermove', 'keydown', 'touchstart', 'wheel']) window.dispatchEvent(new Event(sign, { bubbles: true }));
      });
      await expect(standing).toContainText(say.unclear);
      await expect(timeline).not.toContainText(say.personLine);

      await disguised.mouse.move(40, 60);
      await disguised.mouse.move(120, 200);
      await expect(standing).toContainText(say.opened);
      await expect(timeline).toContainText(say.personLine);

      await disguised.locator('form[action*="/accept"]').evaluate((form: HTMLFormElement) => {
        form.noValidate = true;
      });
      await disguised.locator('form[action*="/accept"] button[type="submit"]').click();
      await expect(disguised.locator('[aria-invalid="true"]').first()).toBeVisible();
      await expect(standing).toContainText(say.continued);
      await expect(timeline).toContainText(say.continuedLine);
      expect((await partner.stateOf(id)).state).toBe('pending');
      await disguised.context().close();
    });

    test('speaks to its reader by name, however soon after the last key it is sent', async ({ portal }) => {
      const email = `quick-${language}@quick.example`;
      await page.goto(`${portal.url}/invitations/new`);
      const form = page.locator('form');
      const send = form.locator('button[type="submit"]');
      await expect(send).toBeEnabled();
      await form.locator('[name="email"]').fill(email);
      await form.locator('[name="companyName"]').fill(`Quick ${language}`);
      await form.locator('[name="recipientName"]').fill('Quentin Quick');
      await send.click();
      expect((await portal.inbox.waitFor({ to: email })).text).toContain(say.dear);
    });

    test('has its link as a QR code, fetched only when it is asked for', async ({ portal }) => {
      const { id } = await invite('Contoso');
      const loaded: string[] = [];
      page.on('request', (request) => loaded.push(request.url()));
      const { panel } = await openPanel(portal.url, id);
      expect(loaded.filter((url) => /QrCode/.test(url))).toEqual([]);
      await panel.getByRole('button', { name: say.qr }).click();
      const code = panel.getByRole('img', { name: say.qrOf });
      await expect(code).toBeVisible();
      expect(await code.evaluate((picture: HTMLImageElement) => picture.naturalWidth)).toBeGreaterThan(100);
      expect(loaded.some((url) => /QrCode/.test(url))).toBe(true);
    });

    test('goes to the right person: named without JavaScript, approved with one click, and the old link is dead', async ({
      browser,
      portal,
    }) => {
      const { id, link, domain } = await invite('Fourth Coffee');
      const { panel, standing, timeline } = await openPanel(portal.url, id);
      const first = await (await guest(browser, language, { javaScriptEnabled: false })).newPage();
      await first.goto(link);
      await first.getByText(say.notMe, { exact: true }).click();
      await first.getByLabel(say.name).fill('Ren Sato');
      await first.getByLabel(say.email).fill('ren@nowhere');
      await first.getByLabel(say.note).fill('In on Mondays.');
      await first.getByRole('button', { name: say.submit, exact: true }).click();
      await expect(first.getByRole('alert')).toContainText(say.notAnAddress);
      await expect(first.getByLabel(say.name)).toHaveValue('Ren Sato');
      await first.getByLabel(say.email).fill(`ren@${domain}`);
      await first.getByRole('button', { name: say.submit, exact: true }).click();
      await expect(first.getByText(say.named)).toBeVisible();
      await expect(first.getByText('Ren Sato')).toHaveCount(0);

      await expect(standing).toContainText(`ren@${domain}`);
      await expect(standing).toContainText('In on Mondays.');
      await expect(standing).toContainText(say.waits);
      await portal.inbox.waitFor({ to: admin.email, subject: /Fourth Coffee/ });
      await panel.getByRole('button', { name: say.approve }).click();
      await expect(timeline).toContainText(say.handedOver);
      await expect(standing).not.toContainText(say.waits);

      await first.reload();
      await expect(first.getByRole('heading', { level: 1 })).toHaveText(say.over);
      await expect(first.locator('form')).toHaveCount(0);
      await expect(first.getByText(/Ren|ren@/)).toHaveCount(0);
      await first.context().close();

      const mail = await portal.inbox.waitFor({ to: `ren@${domain}`, subject: say.subject });
      expect(linkIn(mail)).not.toBe(link);
      const second = await (await guest(browser, language)).newPage();
      await second.goto(linkIn(mail));
      await expect(second.getByText(say.greeting)).toBeVisible();
      await second.context().close();
    });

    test('stays with its recipient when the partner refuses, and its page says so', async ({ browser, portal }) => {
      const { id, link, domain } = await invite('Proseware');
      const first = await (await guest(browser, language, { javaScriptEnabled: false })).newPage();
      await first.goto(link);
      await first.getByText(say.notMe, { exact: true }).click();
      await first.getByLabel(say.name).fill('Ren Sato');
      await first.getByLabel(say.email).fill(`ren@${domain}`);
      await first.getByRole('button', { name: say.submit, exact: true }).click();
      await expect(first.getByText(say.named)).toBeVisible();
      const { panel, standing } = await openPanel(portal.url, id);
      await panel.getByRole('button', { name: say.refuse }).click();
      await expect(page.getByText(say.stays).first()).toBeVisible();
      await expect(standing).not.toContainText(say.waits);
      await first.reload();
      await expect(first.getByText(say.stillAsks)).toBeVisible();
      await first.context().close();
    });
  });
}
