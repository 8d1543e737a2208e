import type { Lead } from '@clientele/contracts';
import { markLead } from '@clientele/contracts';
import { useI18n } from 'vue-i18n';
import { ApiProblem, call } from '../app/api.ts';
import { fromNow } from '../app/language.ts';
import { useNotice } from '../app/problems.ts';
import { refresh } from '../app/reading.ts';

/** Reads everything again that shows a lead. */
export const leadChanged = (): Promise<void> => refresh(['Leads', 'Activity']);

/** What a person does with a lead beside its forms. */
export function useLeadActs(): {
  mark: (lead: Pick<Lead, 'id' | 'favourite'>) => Promise<void>;
  /** Of a lead that somebody else has answered meanwhile, or that has run out: what changed, by whom, and when. Null for any other problem. */
  changedMeanwhile: (problem: unknown) => string | null;
} {
  const { t, te } = useI18n();
  const { refused } = useNotice();
  return {
    async mark({ id, favourite }) {
      try {
        await call(markLead, { params: { leadId: id }, body: { favourite: !favourite } });
      } catch (error) {
        refused(error);
      }
      await refresh(['Leads']);
    },
    changedMeanwhile(problem) {
      if (!(problem instanceof ApiProblem)) return null;
      if (problem.code === 'conflict') return t('leads.meanwhile.changed');
      if (problem.code !== 'illegal_transition') return null;
      const { state, by, at } = problem.details as { state?: string; by?: string | null; at?: string };
      const key = `leads.meanwhile.${state}`;
      if (!state || !te(key)) return null;
      return t(key, { by: by ?? t('leads.meanwhile.somebody'), ago: at ? fromNow(at, Date.now()) : '' });
    },
  };
}
