import { type APIRequestContext, expect, request } from '@playwright/test';
import type { Portal } from './portal.ts';

export const admin = { firstName: 'Anna', lastName: 'Weber', email: 'anna@fabrikam.example', password: 'correct horse battery' };

interface NewInvitation {
  email: string;
  companyName: string;
  recipientName?: string;
  domain?: string;
  language?: 'en' | 'ja';
  delegatedAdmin?: boolean;
  days?: number;
  sendMail?: boolean;
}

interface Customer {
  id: string;
  companyName: string;
  domain: string;
  relationship: string;
  delegatedAdmin: boolean;
  agreementAccepted: boolean;
}

/** A partner that works over the API: for tests that are about somebody else's screen. */
export class Partner {
  readonly #api: APIRequestContext;

  private constructor(api: APIRequestContext) {
    this.#api = api;
  }

  /** Sets the portal up, if that is still to be done, and signs its admin in. */
  static async of(portal: Portal): Promise<Partner> {
    const api = await request.newContext({ baseURL: portal.url, extraHTTPHeaders: { origin: portal.url } });
    const partner = new Partner(api);
    const { required } = await partner.#get<{ required: boolean }>('/api/setup');
    if (required) {
      await partner.#send('/api/setup', {
        code: portal.setUpCode,
        partner: { name: 'Fabrikam', type: 'direct-partner', cloud: 'public', country: 'DE' },
        admin: { ...admin, language: 'en' },
      });
    }
    await partner.#send('/api/auth/sign-in/email', { email: admin.email, password: admin.password });
    return partner;
  }

  async #get<Answer>(path: string): Promise<Answer> {
    const response = await this.#api.get(path);
    expect(response.ok(), `GET ${path} answered ${response.status()}: ${await response.text()}`).toBe(true);
    return (await response.json()) as Answer;
  }

  async #send<Answer>(path: string, data: unknown): Promise<Answer> {
    const response = await this.#api.post(path, { data });
    expect(response.ok(), `POST ${path} answered ${response.status()}: ${await response.text()}`).toBe(true);
    return (await response.json()) as Answer;
  }

  /** Invites, and answers with the link as it would be copied. */
  async invite({
    language = 'en',
    delegatedAdmin = false,
    days = 14,
    sendMail = false,
    ...more
  }: NewInvitation): Promise<{ id: string; link: string; matchCode: string }> {
    const body = { ...more, language, delegatedAdmin, days, message: 'We would like to work for you.', sendMail };
    const { id, matchCode } = await this.#send<{ id: string; matchCode: string }>('/api/invitations', body);
    const { link } = await this.#send<{ link: string }>(`/api/invitations/${id}/link`, {});
    return { id, link, matchCode };
  }

  /** Invites somebody to sign in for the partner; the link comes by mail. */
  async inviteUser({
    name,
    email,
    language,
    roles,
  }: {
    name: string;
    email: string;
    language: 'en' | 'ja';
    roles: string[];
  }): Promise<void> {
    await this.#send('/api/partner-users/invitations', { name, email, language, roles });
  }

  /** Changes settings as they are now, as somebody else would meanwhile. */
  async changeSettings(change: object): Promise<void> {
    const { version } = await this.#get<{ version: number }>('/api/settings');
    const response = await this.#api.patch('/api/settings', { data: change, headers: { 'if-match': `"${version}"` } });
    expect(response.ok(), await response.text()).toBe(true);
  }

  /** Publishes a business profile, and answers with its id. */
  async publishProfile(country: string): Promise<string> {
    const made = await this.#send<{ id: string; version: number }>('/api/business-profiles', { country });
    const draft = {
      ...{
        description: 'We move companies to the cloud and look after them there.',
        webSite: '',
        industries: ['retail'],
        products: ['azure'],
      },
      ...{ services: ['migration'], companySizes: ['10-49'], tags: [], locations: [] },
    };
    const changed = await this.#api.put(`/api/business-profiles/${made.id}/draft`, {
      data: draft,
      headers: { 'if-match': `"${made.version}"` },
    });
    expect(changed.ok(), await changed.text()).toBe(true);
    const { version } = (await changed.json()) as { version: number };
    const published = await this.#api.post(`/api/business-profiles/${made.id}/publish`, {
      data: {},
      headers: { 'if-match': `"${version}"` },
    });
    expect(published.ok(), await published.text()).toBe(true);
    return made.id;
  }

  async revoke(invitationId: string): Promise<void> {
    await this.#send(`/api/invitations/${invitationId}/revoke`, {});
  }

  /** Sends an invitation to the person whom its recipient has named. */
  async approveHandOver(invitationId: string): Promise<void> {
    const { handOver } = await this.#get<{ handOver: { id: string } }>(`/api/invitations/${invitationId}`);
    await this.#send(`/api/invitations/${invitationId}/hand-overs/${handOver.id}/approve`, {});
  }

  async stateOf(invitationId: string): Promise<{ state: string; declineReason: string | null }> {
    return this.#get(`/api/invitations/${invitationId}`);
  }

  /** Ends the relationship with a customer, and waits until that is done. */
  async end(domain: string): Promise<{ customerId: string }> {
    const customer = (await this.customers()).find((one) => one.domain === domain);
    if (!customer) throw new Error(`There is no customer ${domain}.`);
    const customerId = customer.id;
    await this.#send(`/api/customers/${customerId}/relationship/end`, { customerId, domain });
    await expect
      .poll(async () => (await this.#get<Customer>(`/api/customers/${customerId}`)).relationship, { timeout: 30_000 })
      .toBe('ended');
    return { customerId };
  }

  /** Asks a customer again, and answers with the link as it would be copied. */
  async reinstate(customerId: string): Promise<{ id: string; link: string }> {
    const body = { customerId, message: 'Shall we work together again?', delegatedAdmin: false };
    const { id } = await this.#send<{ id: string }>(`/api/customers/${customerId}/relationship/reinstate`, body);
    const { link } = await this.#send<{ link: string }>(`/api/invitations/${id}/link`, {});
    return { id, link };
  }

  /** Adds a customer, waits until its account is made, and answers with its id. */
  async addCustomer(order: object): Promise<string> {
    const { id } = await this.#send<{ id: string }>('/api/customers', order);
    let made: { state: string; customerId: string | null } = { state: '', customerId: null };
    await expect
      .poll(
        async () => {
          made = await this.#get(`/api/operations/${id}`);
          return made.state;
        },
        { timeout: 30_000 },
      )
      .toBe('succeeded');
    return made.customerId ?? '';
  }

  /** Edits a customer as it is now, as somebody else would meanwhile. */
  async edit(customerId: string, edit: object): Promise<void> {
    const { version } = await this.#get<{ version: number }>(`/api/customers/${customerId}`);
    const response = await this.#api.patch(`/api/customers/${customerId}`, {
      data: { customerId, ...edit },
      headers: { 'if-match': `"${version}"` },
    });
    expect(response.ok(), await response.text()).toBe(true);
  }

  async attest(customerId: string): Promise<void> {
    const signer = { firstName: 'Ada', lastName: 'Moreno', email: 'ada@signer.example', date: '2025-06-30' };
    await this.#send(`/api/customers/${customerId}/agreement`, { customerId, ...signer });
  }

  /** Asks the customer for the agreement, and answers with the link as it would be copied. */
  async askAgreement(customerId: string, email: string): Promise<string> {
    const path = `/api/customers/${customerId}/agreement/request`;
    await this.#send(path, { customerId, email, recipientName: 'Ada Moreno', sendMail: false });
    const { link } = await this.#send<{ link: string }>(`${path}/link`, { customerId });
    return link;
  }

  async subscribe(customerId: string, productId: string, quantity: number): Promise<void> {
    await this.#send(`/api/customers/${customerId}/subscriptions`, { customerId, productId, quantity });
  }

  async customers(): Promise<Customer[]> {
    const { items } = await this.#get<{ items: Customer[] }>('/api/customers?limit=100');
    return items;
  }

  async close(): Promise<void> {
    await this.#api.dispose();
  }
}
