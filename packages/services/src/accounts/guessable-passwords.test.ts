import { describe, expect, it } from 'vitest';
import { isGuessable } from './guessable-passwords.ts';

const names = ['Fabrikam 販売', 'Anna Weber', 'anna.weber@fabrikam.example'];

describe('a password', () => {
  it.each([
    ...[
      'qwertyuiop',
      '1234567890',
      'password123',
      'PASSWORD123',
      'basketball',
      'Basketball!',
      'Basketball2024',
      '2024basketball',
      'p@ssw0rd123',
    ],
    ...[
      'passwordpassword',
      'dragondragon1',
      'aaaaaaaaaaaa',
      'abababababab',
      '0123456789',
      '9876543210',
      'abcdefghijkl',
      'ｐａｓｓｗｏｒｄ１２３',
      'Manchester1',
    ],
    ...[
      'clientele2026',
      'Clientele-Admin',
      'admin-partner',
      'FabrikamFabrikam',
      'fabrikam-2026!',
      'AnnaWeber1987',
      'Weber.Fabrikam',
      'fabrikam-welcome1',
    ],
  ])('that is tried first is guessable: %s', async (password) => {
    expect(await isGuessable(password, names)).toBe(true);
  });

  it.each([
    ...[
      'correct horse battery',
      'a good long password',
      'welcome to the demo',
      'とても長い合言葉です。',
      'three plain words here',
      'k7Qw-m2Xf-Pz9t-Ra4h',
    ],
    ...['83920174465528', '!!??##§§%%&&//(()', 'x9vqj2mzkw', 'anna likes green tea', 'the garden of fabrikam', 'ゆっくり走る青い電車'],
  ])('of another kind is not, whatever characters it is made of: %s', async (password) => {
    expect(await isGuessable(password, names)).toBe(false);
  });

  it('that is among the 3,000 most used of ten characters and more is guessable, and so are the words that they are made of with a year', async () => {
    const { dictionary } = await import('@zxcvbn-ts/language-common');
    const list = dictionary['passwords-common'].map(String);
    const long = list.filter((one) => one.length >= 10);
    const made = list
      .filter((one) => /^[a-z]{6,9}$/.test(one))
      .slice(0, 3000)
      .map((word) => `${word}2025`);
    expect(long.length + made.length).toBeGreaterThan(3000);
    for (const password of [...long, ...made]) expect(await isGuessable(password), password).toBe(true);
  });
});
