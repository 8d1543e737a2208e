import { describe, expect, it } from 'vitest';
import { createFormMarks, leastFormMs, mostFormMs } from './form-marks.ts';

const marks = createFormMarks('a secret that only tests know, 32+ characters');
const now = new Date('2026-05-10T12:00:00Z');
const after = (ms: number) => new Date(now.getTime() + ms);
const profile = '0190a000-0000-7000-8000-000000000001';

describe('the mark of a form', () => {
  const mark = marks.make(profile, now);
  it('is good between two seconds and twelve hours after it was made', () => {
    expect(marks.judge(mark, profile, after(leastFormMs - 1))).toBe('too-quick');
    expect(marks.judge(mark, profile, after(leastFormMs))).toBe('good');
    expect(marks.judge(mark, profile, after(mostFormMs))).toBe('good');
    expect(marks.judge(mark, profile, after(mostFormMs + 1))).toBe('too-old');
  });

  it('is nothing for another profile, another moment, another secret, or with a character changed', () => {
    const [at = '', mac = ''] = mark.split('.');
    const later = after(10_000).getTime().toString(36);
    for (const forged of [
      '',
      '.',
      at,
      `${at}.`,
      `${later}.${mac}`,
      `${at}.${mac.slice(1)}`,
      `${at}.A${mac.slice(1)}x`,
      `-1.${mac}`,
      mark.toUpperCase(),
      '\0',
    ])
      expect(marks.judge(forged, profile, after(5000)), forged).toBe('forged');
    expect(marks.judge(mark, profile.replace(/1$/, '2'), after(5000))).toBe('forged');
    expect(createFormMarks('another secret, which is long enough, too').judge(mark, profile, after(5000))).toBe('forged');
  });

  it('of the future is too quick, not good', () => {
    expect(marks.judge(marks.make(profile, after(60_000)), profile, now)).toBe('too-quick');
  });
});
