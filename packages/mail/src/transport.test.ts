import { expect, it } from 'vitest';
import { demandsEncryption } from './transport.ts';

it.each([
  ['smtp://anna:secret@mail.example.com:587', true],
  ['smtp://anna@mail.example.com', true],
  ['smtps://anna:secret@mail.example.com', true],
  ['smtp://anna:secret@10.0.0.5:25', true],
  ['smtp://anna:secret@localhost.example.com', true],
  ['smtp://mail.example.com:25', false],
  ['smtp://anna:secret@127.0.0.1:2525', false],
  ['smtp://anna:secret@localhost:2525', false],
  ['smtp://anna:secret@[::1]:2525', false],
  ['smtp://anna:secret@mail.example.com?requireTLS=false', false],
])('a name and password go over a network encrypted only: %s', (url, demanded) => {
  expect(demandsEncryption(url)).toBe(demanded);
});
