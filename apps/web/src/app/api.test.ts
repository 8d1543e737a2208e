import { addCustomer, exportCustomers, getCustomer, revokeInvitation } from '@clientele/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem, addressOf, call, onSignedOut } from './api.ts';

vi.mock('./language.ts', () => ({ currentLanguage: () => 'ja' }));

const answer = (value: unknown, status = 200, contentType = 'application/json') =>
  new Response(typeof value === 'string' ? value : JSON.stringify(value), { status, headers: { 'content-type': contentType } });
const fetched = vi.fn<(address: string, init: RequestInit) => Promise<Response>>();
const headersOf = (index: number) => fetched.mock.calls[index]?.[1].headers as Record<string, string>;
const id = '0199f3a0-0000-7000-8000-000000000000';
const refusal = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiProblem)) throw new Error('no ApiProblem');
  return error;
};

beforeEach(() => vi.stubGlobal('fetch', fetched));
afterEach(() => {
  fetched.mockReset();
  vi.unstubAllGlobals();
});

describe('a call', () => {
  it('fills in the path and leaves empty filters out of the address', () => {
    expect(addressOf(getCustomer, { params: { customerId: 'a/b' } })).toBe('/api/customers/a%2Fb');
    expect(addressOf(exportCustomers, { query: { search: 'a & b', tag: '', country: undefined } })).toBe(
      '/api/customers.csv?search=a+%26+b',
    );
  });

  it('says the language of the screen', async () => {
    fetched.mockResolvedValueOnce(answer({ id }));
    await call(getCustomer, { params: { customerId: id } });
    expect(headersOf(0)['accept-language']).toBe('ja');
  });

  it('keeps its idempotency key until an answer came', async () => {
    const send = () => call(revokeInvitation, { params: { invitationId: id }, body: {} });
    fetched.mockRejectedValueOnce(new TypeError('network'));
    expect((await refusal(send())).code).toBe('offline');
    fetched.mockResolvedValueOnce(answer('gone', 502, 'text/html'));
    expect((await refusal(send())).code).toBe('unavailable');
    fetched.mockResolvedValueOnce(answer({ id }));
    await send();
    fetched.mockResolvedValueOnce(answer({ id }));
    await send();
    const keys = [0, 1, 2, 3].map((index) => headersOf(index)['idempotency-key']);
    expect(keys[0]).toBeTruthy();
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).toBe(keys[0]);
    expect(keys[3]).not.toBe(keys[0]);
  });

  it('gives the broken rules of a problem', async () => {
    const errors = [{ path: 'address.postalCode', rule: 'postal_code', params: { country: 'JP' } }];
    fetched.mockResolvedValueOnce(answer({ code: 'validation_failed', detail: 'x', errors }, 422, 'application/problem+json'));
    const problem = await refusal(call(addCustomer, { body: {} as never }));
    expect(problem).toMatchObject({ code: 'validation_failed', status: 422, errors });
  });

  it('tells when the session is over', async () => {
    const over = vi.fn();
    onSignedOut(over);
    fetched.mockResolvedValueOnce(answer({ code: 'unauthenticated', detail: '' }, 401, 'application/problem+json'));
    await refusal(call(getCustomer, { params: { customerId: id } }));
    expect(over).toHaveBeenCalledOnce();
  });

  it('does not take a page of something else for an answer', async () => {
    fetched.mockResolvedValueOnce(answer('<html></html>', 200, 'text/html'));
    expect((await refusal(call(getCustomer, { params: { customerId: id } }))).code).toBe('unreadable');
  });
});
