import { returnMail } from '@clientele/mail';
import { steadyPort } from '@clientele/queue/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Delivery, type Portal, startPortal } from './testing/portal.ts';
import { until } from './testing/processes.ts';

interface Invitation {
  id: string;
  delivery: (Delivery & { returnedAt: string | null }) | null;
}

describe('mails that come back to a worker by SMTP', () => {
  let portal: Portal;
  let port: number;

  beforeAll(async () => {
    port = await steadyPort();
    portal = await startPortal({
      backend: 'postgres',
      env: { BOUNCE_ADDRESS: 'bounce@returns.example', BOUNCE_SMTP_PORT: String(port) },
    });
    portal.startWorker();
  });
  afterAll(() => portal?.stop());

  async function invited(name: string) {
    const address = `${name}@customer.example`;
    const body = { email: address, companyName: `Company ${name}`, language: 'en', delegatedAdmin: true, message: 'Please.' };
    const { id } = await portal.ask<Invitation>('POST', '/api/invitations', body);
    const mail = await until('the mail is taken', async () => portal.mail.acceptedFor(address)[0], 30, portal.outputs);
    return { id, address, sender: mail.from, messageId: mail.messageId };
  }
  const invitationOf = (id: string) => portal.ask<Invitation>('GET', `/api/invitations/${id}`);
  const isSent = (id: string) =>
    until('the mail is sent', async () => (await invitationOf(id)).delivery?.state === 'sent', 30, portal.outputs);

  const report = (recipient: string, messageId: string, status = '5.1.1') =>
    Buffer.from(
      [
        'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
        ...['', '--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.example', ''],
        ...[`Final-Recipient: rfc822; ${recipient}`, 'Action: failed', `Status: ${status}`, `Diagnostic-Code: smtp; 550 ${status} no`, ''],
        ...['--b', 'Content-Type: text/rfc822-headers', '', `Message-ID: ${messageId}`, '', '--b--', ''],
      ].join('\r\n'),
    );
  const bring = (to: string, raw: Buffer) => returnMail(`smtp://127.0.0.1:${port}`, { to, raw });

  it('turn what was sent to bounced: the mail’s own envelope sender leads back to it', async () => {
    const { id, address, sender, messageId } = await invited('gone');
    expect(sender).toMatch(/^bounce\+[a-z2-7]{26}\.[a-z2-7]{20}@returns\.example$/);
    await isSent(id);
    expect(await bring(sender, report(address, messageId))).toMatchObject({ outcome: 'sent' });
    expect((await invitationOf(id)).delivery).toMatchObject({
      state: 'bounced',
      serverAnswer: '550 5.1.1 no',
      returnedAt: expect.any(String),
    });
    const refused = await portal.request('POST', `/api/invitations/${id}/resend`, {});
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: 'email', rule: 'address_bounced' }] } });
    await portal.ask('POST', `/api/invitations/${id}/resend`, { email: 'here@customer.example' });
    await isSent(id);
  });

  it('are refused for every address that we did not make', async () => {
    const { id, address, sender, messageId } = await invited('there');
    await isSent(id);
    const forged = sender.replace(/\.(.)/, (_, letter: string) => (letter === 'a' ? '.b' : '.a'));
    for (const to of [forged, 'bounce@returns.example', address, 'postmaster@returns.example'])
      expect(await bring(to, report(address, messageId)), to).toMatchObject({ outcome: 'bounced', code: 550 });
    expect(await bring(sender, report('somebody@else.example', messageId))).toMatchObject({ outcome: 'sent' });
    expect(await bring(sender, Buffer.from('Subject: I am away\r\n\r\nUntil Monday.'))).toMatchObject({ outcome: 'sent' });
    expect((await invitationOf(id)).delivery).toMatchObject({ state: 'sent', returnedAt: null });
  });

  it('overtake the record of the 250 and are not lost', async () => {
    let answer: (act: string) => void = () => {};
    portal.mail.treat({ end: new Promise((resolve) => (answer = resolve)) }, 'quick@customer.example');
    const body = { email: 'quick@customer.example', companyName: 'Quick', language: 'en', delegatedAdmin: true, message: 'Please.' };
    const { id } = await portal.ask<Invitation>('POST', '/api/invitations', body);
    const mail = await until('the mail is there', async () => portal.mail.received.find(({ to }) => to === body.email), 30, portal.outputs);
    expect(await bring(mail.from, report(body.email, mail.messageId))).toMatchObject({ outcome: 'sent' });
    answer('250 2.0.0 taken');
    await allJobsDone();
    expect((await invitationOf(id)).delivery).toMatchObject({ state: 'bounced', attempts: 1, serverAnswer: '550 5.1.1 no' });
  });

  const allJobsDone = () =>
    until(
      'no mail is under way',
      async () => (await portal.sql`select from deliveries where state in ('queued', 'sending')`).length === 0,
      30,
      portal.outputs,
    );

  it('are taken in by another worker once the one that listened is gone', async () => {
    const { id, address, sender, messageId } = await invited('later');
    await isSent(id);
    await portal.killWorkers();
    portal.startWorker();
    portal.startWorker();
    await until('a worker listens', async () => (await bring(sender, report(address, messageId))).outcome === 'sent', 30, portal.outputs);
    expect((await invitationOf(id)).delivery).toMatchObject({ state: 'bounced' });
  });
});
