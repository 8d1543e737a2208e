import { expect, it } from 'vitest';
import { createLinks } from '../invitations/links.ts';
import { createCloudHosts } from './hosts.ts';

const secret = 'one secret of an installation, long enough';
const both = createCloudHosts({
  addresses: { public: 'https://portal.example', 'us-government': 'https://gov.portal.example:8443' },
  secret,
});

it('tells a cloud by the host that was asked; a name that is neither is the first one', () => {
  expect(['portal.example', 'GOV.portal.example:8443', 'gov.portal.example', '127.0.0.1:3000', '', undefined].map(both.cloudOf)).toEqual([
    ...['public', 'us-government'],
    ...['public', 'public', 'public', 'public'],
  ]);
  const alone = createCloudHosts({ addresses: { 'us-government': 'http://localhost:3000' }, secret });
  expect(['localhost:3000', '127.0.0.1:3000', undefined].map(alone.cloudOf)).toEqual(['us-government', 'us-government', 'us-government']);
  expect([alone.served, both.served]).toEqual([['us-government'], ['public', 'us-government']]);
});

it('has keys of its own for each cloud; the public one has those of before', () => {
  expect(both.of('public')).toEqual({ cloud: 'public', publicUrl: 'https://portal.example', secret });
  const government = both.of('us-government');
  expect(government).toMatchObject({ cloud: 'us-government', publicUrl: 'https://gov.portal.example:8443' });
  expect(government.secret).toMatch(/^[0-9a-f]{64}$/);
  const invitation = { id: '0190a000-0000-7000-8000-000000000000', tokenVersion: 1 };
  const [ours, theirs] = [createLinks(both.of('public')), createLinks(government)];
  const token = theirs.linkOf(invitation).split('/i/')[1] ?? '';
  expect([theirs.proves(token, invitation), ours.proves(token, invitation)]).toEqual([true, false]);
  // Whether the cloud is served here or not, its keys are the same.
  expect(createCloudHosts({ addresses: { public: 'https://portal.example' }, secret }).of('us-government').secret).toBe(government.secret);
});
