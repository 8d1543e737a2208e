import type { getInvitation, Invitation, ResultOf } from '@clientele/contracts';
import { approveHandOver, copyInvitationLink, refuseHandOver, resendInvitation, revokeInvitation } from '@clientele/contracts';
import { useClipboard } from '@vueuse/core';
import { type Ref, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { call } from '../app/api.ts';
import { useNotice } from '../app/problems.ts';
import { refresh } from '../app/reading.ts';

export interface InvitationLink {
  link: string;
  subject: string;
  text: string;
}

/** Reads everything again that shows an invitation. */
export function invitationChanged(invitation: Pick<Invitation, 'id' | 'customerId'>): Promise<void> {
  return refresh(['Invitations', 'Customers', 'Activity'], { invitationId: invitation.id, customerId: invitation.customerId });
}

/** What a person does with an invitation from a row: each act tells what came of it, refusals included. */
export function useInvitationActs(): {
  /** The id of the invitation that an act is running for. */
  busy: Ref<string | null>;
  resend: (invitation: Invitation) => Promise<void>;
  revoke: (invitation: Invitation) => Promise<boolean>;
  /** Decides about the hand-over that waits. */
  decideHandOver: (invitation: Invitation, decision: 'approve' | 'refuse') => Promise<void>;
  /** The link with subject and text. That it left the house is noted. */
  takeLink: (invitation: Invitation) => Promise<InvitationLink | null>;
  /** Copies the link; gives it back so that it can be shown when the clipboard cannot be written. */
  copyLink: (invitation: Invitation) => Promise<{ link: InvitationLink; copied: boolean } | null>;
} {
  const { t } = useI18n();
  const { done, refused } = useNotice();
  const clipboard = useClipboard({ legacy: true });
  const busy = ref<string | null>(null);

  async function run<Result>(invitation: Invitation, work: () => Promise<Result>): Promise<Result | null> {
    if (busy.value) return null;
    busy.value = invitation.id;
    try {
      return await work();
    } catch (error) {
      refused(error);
      // What is shown may be what has changed meanwhile.
      void invitationChanged(invitation);
      return null;
    } finally {
      busy.value = null;
    }
  }
  const params = (invitation: Invitation) => ({ params: { invitationId: invitation.id } });

  async function takeLink(invitation: Invitation): Promise<InvitationLink | null> {
    const link = await run(invitation, () => call(copyInvitationLink, params(invitation)));
    if (link) void refresh(['Invitations', 'Activity'], { invitationId: invitation.id });
    return link;
  }

  return {
    busy,
    async resend(invitation) {
      const sent = await run(invitation, () => call(resendInvitation, { ...params(invitation), body: {} }));
      if (!sent) return;
      done(t('invitations.done.resent', { email: sent.email }), t('invitations.done.resentText'));
      await invitationChanged(sent);
    },
    async revoke(invitation) {
      const revoked = await run(invitation, () => call(revokeInvitation, params(invitation)));
      if (!revoked) return false;
      done(t('invitations.done.revoked', { company: revoked.companyName }));
      await invitationChanged(revoked);
      return true;
    },
    async decideHandOver(invitation, decision) {
      const handOver = invitation.handOver;
      if (!handOver) return;
      const both = { params: { invitationId: invitation.id, handOverId: handOver.id } };
      const decided = await run(invitation, () => (decision === 'approve' ? call(approveHandOver, both) : call(refuseHandOver, both)));
      if (!decided) return;
      if (decision === 'approve') done(t('invitations.done.handedOver', { email: decided.email }), t('invitations.done.handedOverText'));
      else done(t('invitations.done.handOverRefused', { person: decided.recipientName ?? decided.email }));
      await invitationChanged(decided);
    },
    takeLink,
    async copyLink(invitation) {
      const link = await takeLink(invitation);
      if (!link) return null;
      try {
        await clipboard.copy(link.link);
        return { link, copied: true };
      } catch {
        return { link, copied: false };
      }
    },
  };
}

/** One invitation as its panel shows it. */
export type InvitationDetail = ResultOf<typeof getInvitation>;
