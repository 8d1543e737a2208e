import { describe, expect, it } from 'vitest';
import { answerOf, classify } from './answers.ts';

const refused = (code: string, response: string, command: string) =>
  Object.assign(new Error(response), { code, command, response, responseCode: Number(response.slice(0, 3)) });

describe('classify', () => {
  it.each([
    ['EENVELOPE', '550 5.1.1 No such user', 'RCPT TO', 'bounced'],
    ['EENVELOPE', '550 No such user', 'RCPT TO', 'bounced'],
    ['EENVELOPE', '551 User not local', 'RCPT TO', 'bounced'],
    ['EENVELOPE', '550 5.1.10 Null MX', 'RCPT TO', 'bounced'],
    ['EENVELOPE', '550 5.4.1 Recipient address rejected: Access denied', 'RCPT TO', 'bounced'],
    ['EENVELOPE', '554 5.7.1 Relay access denied', 'RCPT TO', 'failed'],
    ['EENVELOPE', '550 5.7.1 Spam', 'RCPT TO', 'failed'],
    ['EENVELOPE', '550 Your host is on a blocklist', 'RCPT TO', 'failed'],
    ['EENVELOPE', '552 5.2.2 Mailbox full', 'RCPT TO', 'failed'],
    ['EENVELOPE', '552 Quota exceeded', 'RCPT TO', 'failed'],
    ['EENVELOPE', '553 5.1.8 Sender address rejected', 'RCPT TO', 'failed'],
    ['EMESSAGE', '550 5.1.1 No such user', 'DATA', 'bounced'],
    ['EENVELOPE', '503 Need MAIL first', 'RCPT TO', 'deferred'],
    ['EENVELOPE', '501 Syntax error', 'RCPT TO', 'failed'],
    ['EENVELOPE', '530 Authentication required', 'RCPT TO', 'failed'],
    ['EENVELOPE', '450 Greylisted', 'RCPT TO', 'deferred'],
    ['EENVELOPE', '550 Bad sender', 'MAIL FROM', 'failed'],
    ['EMESSAGE', '554 5.6.0 Malformed', 'DATA', 'failed'],
    ['EMESSAGE', '451 Local error', 'DATA', 'deferred'],
    ['EAUTH', '535 5.7.8 Bad credentials', 'AUTH PLAIN', 'failed'],
    ['EAUTH', '503 AUTH not available', 'AUTH PLAIN', 'failed'],
    ['EAUTH', '454 4.7.0 Temporary failure', 'AUTH PLAIN', 'deferred'],
    ['EPROTOCOL', '554 No service here', 'CONN', 'failed'],
    ['EPROTOCOL', '421 Too many connections', 'CONN', 'deferred'],
    ['ETLS', '554 TLS is broken', 'STARTTLS', 'deferred'],
  ])('%s %s at %s is %s', (code, response, command, outcome) => {
    expect(classify(refused(code, response, command))).toEqual({ outcome, response, code: Number(response.slice(0, 3)) });
  });

  it.each([
    ['ECONNECTION', 'deferred'],
    ['ETIMEDOUT', 'deferred'],
    ['EDNS', 'deferred'],
    ['ETLS', 'deferred'],
    ['EABORT', 'deferred'],
    ['EMESSAGE', 'failed'],
    ['EENVELOPE', 'failed'],
    ['EAUTH', 'failed'],
  ])('%s without an answer of the server is %s', (code, outcome) => {
    expect(classify(Object.assign(new Error('why'), { code }))).toEqual({ outcome, response: expect.any(String) });
  });

  it('defers what it has never seen', () => {
    expect(classify('a string')).toEqual({ outcome: 'deferred', response: 'the mail server gave no answer' });
  });
});

describe('answerOf', () => {
  it('puts an answer of several lines on one', () => {
    expect(answerOf('550-5.1.1 No such user\r\n550-5.1.1 Check the address\n550 5.1.1 bye')).toBe(
      '550-5.1.1 No such user 5.1.1 Check the address 5.1.1 bye',
    );
  });

  it('is never longer than 500 characters', () => {
    expect(answerOf(`554 ${'é'.repeat(2000)}`)).toHaveLength(500);
    expect(answerOf(`554 ${'👩‍👩‍👧‍👦'.repeat(200)}`)).not.toMatch(/\p{Surrogate}/u);
  });

  it('keeps no part of the mail’s links that makes them secret', () => {
    const text = 'Open https://partners.example/i/0199f0aa3c6b7c3e9a51.Zk3vQy7o0Lw2bNf8rXcT and see';
    const answer = answerOf('554 bad URL partners.example/i/0199F0AA3C6B7C3E9A51.Zk3vQy7o0Lw2bNf8rXcT, http://x.example/1', text);
    expect(answer).toBe('554 bad URL partners.example/i/[…].[…], [link]');
  });
});
