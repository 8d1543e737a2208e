import { Refusal } from '@clientele/domain';

/** The refusal for who would be the second person to his own request. */
export const ownRequest = () =>
  new Refusal('forbidden', 'You asked for this yourself. Another global admin has to agree.', { details: { reason: 'own_request' } });
