export { startDnsServer } from '../../../../packages/mail/src/testing/dns.ts';
