export const suppressionReasons = ['bounced', 'unsubscribed'] as const;
/**
 * Why no mail of a partner goes to an address any more: the address does not exist (a hard bounce), or its owner does not want any. A person
 * who has checked the address may lift the first; only the owner lifts the second.
 */
export type SuppressionReason = (typeof suppressionReasons)[number];
