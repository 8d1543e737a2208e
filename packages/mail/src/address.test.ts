import { describe, expect, it } from 'vitest';
import { checkAddress } from './address.ts';

describe('checkAddress', () => {
  it.each([
    ['megan@contoso.example', 'megan@contoso.example'],
    ['Megan.O’Neil@contoso.example'.replace('’', "'"), "Megan.O'Neil@contoso.example"],
    ['a+tag_1=x%y@sub.contoso.example', 'a+tag_1=x%y@sub.contoso.example'],
    ['info@CONTOSO.example', 'info@contoso.example'],
    ['info@例え.jp', 'info@xn--r8jz45g.jp'],
    ['info@münchen.example', 'info@xn--mnchen-3ya.example'],
    [`${'l'.repeat(64)}@contoso.example`, `${'l'.repeat(64)}@contoso.example`],
  ])('takes %s', (address, sent) => {
    expect(checkAddress(address)).toEqual({ ok: true, address: sent });
  });

  it.each([
    ['', 'one_at_sign'],
    ['nobody', 'one_at_sign'],
    ['@contoso.example', 'one_at_sign'],
    ['a@', 'one_at_sign'],
    ['a@b@contoso.example', 'one_at_sign'],
    ['a@contoso.example\r\nBcc: b@contoso.example', 'hidden_character'],
    ['a@contoso.example\0', 'hidden_character'],
    ['a @contoso.example', 'hidden_character'],
    ['a@contoso.example\u202e', 'hidden_character'],
    ['a@con\u00adtoso.example', 'hidden_character'],
    ['a@contoso\u200b.example', 'hidden_character'],
    ['a@\ud800.example', 'hidden_character'],
    ['"a"@contoso.example', 'local_part_characters'],
    ['a(comment)@contoso.example', 'local_part_characters'],
    ['<a@contoso.example>', 'local_part_characters'],
    ['a,b@contoso.example', 'local_part_characters'],
    ['.a@contoso.example', 'local_part_characters'],
    ['a.@contoso.example', 'local_part_characters'],
    ['a..b@contoso.example', 'local_part_characters'],
    ['佐藤@contoso.example', 'local_part_ascii'],
    [`${'l'.repeat(65)}@contoso.example`, 'local_part_length'],
    ['a@contoso', 'domain'],
    ['a@contoso.example.', 'domain'],
    ['a@.contoso.example', 'domain'],
    ['a@-contoso.example', 'domain'],
    ['a@con_toso.example', 'domain'],
    ['a@con%74oso.example', 'domain'],
    ['a@contoso.example/path', 'domain'],
    ['a@contoso.example:25', 'domain'],
    ['a@[192.0.2.1]', 'domain'],
    ['a@192.0.2.1', 'domain'],
    ['a@0x7f.1', 'domain'],
    ['a@contoso.example>', 'domain'],
    ['a@contoso.example(comment)', 'domain'],
    ['a@xn--a.example', 'domain'],
    [`a@${'d'.repeat(64)}.example`, 'domain'],
    [`${'l'.repeat(60)}@${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(63)}.example`, 'length'],
  ])('refuses %j: %s', (address, rule) => {
    expect(checkAddress(address)).toEqual({ ok: false, rule });
  });

  it('takes 254 characters and refuses 255', () => {
    const host = `${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(63)}.example`;
    const local = 'l'.repeat(254 - host.length - 1);
    expect(checkAddress(`${local}@${host}`)).toMatchObject({ ok: true });
    expect(checkAddress(`${local}l@${host}`)).toEqual({ ok: false, rule: 'length' });
  });
});
