import type { Context, ProviderRequestRecord, Transaction } from '@clientele/db';
import { type NewEvent, permissionToAnswer, permissionToRequest, toldOfRequest } from '@clientele/domain';
import { queueMails } from '../deliveries/queue.ts';
import { partnerUsersWhoMay } from '../partners/who-may.ts';

/** Mails a few of the provider's people who may answer it, within the provider's wall. */
export async function tellProvider(there: Context, tx: Transaction, request: ProviderRequestRecord): Promise<NewEvent[]> {
  const people = toldOfRequest(
    await partnerUsersWhoMay(there, tx, 'partner.manage'),
    await partnerUsersWhoMay(there, tx, permissionToAnswer[request.kind]),
  );
  return queueMails(
    there,
    tx,
    people.map(({ email, language }) => ({
      kind: 'provider_request',
      recipient: email,
      language,
      customerId: request.providerCustomerId,
      facts: { userId: request.requestedBy, providerRequestId: request.id },
    })),
  );
}

/** Mails the answer to who asked, within the reseller's wall; to a few others when that person may not ask any more. */
export async function tellReseller(there: Context, tx: Transaction, request: ProviderRequestRecord): Promise<NewEvent[]> {
  const mayAsk = await partnerUsersWhoMay(there, tx, permissionToRequest[request.kind]);
  const author = mayAsk.find(({ id }) => id === request.requestedBy);
  const people = author ? [author] : toldOfRequest(await partnerUsersWhoMay(there, tx, 'partner.manage'), mayAsk);
  return queueMails(
    there,
    tx,
    people.map(({ email, language }) => ({
      kind: 'provider_request_answered',
      recipient: email,
      language,
      customerId: request.resellerCustomerId,
      facts: { userId: request.decidedBy ?? request.requestedBy, providerRequestId: request.id },
    })),
  );
}
