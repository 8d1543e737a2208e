import { createTransport } from 'nodemailer';
import { classify, type SendResult } from './answers.ts';

/** Hands a mail that came back to where returned mails are taken in, as another mail server would: without a sender. */
export async function returnMail(smtpUrl: string, { to, raw }: { to: string; raw: Buffer }): Promise<SendResult> {
  const nodemailer = createTransport({ url: smtpUrl, connectionTimeout: 5000, socketTimeout: 10_000, ignoreTLS: true });
  try {
    const info = await nodemailer.sendMail({ envelope: { from: '', to: [to] }, raw });
    return { outcome: 'sent', response: info.response };
  } catch (error) {
    return classify(error);
  } finally {
    nodemailer.close();
  }
}
