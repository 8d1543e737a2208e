import type { Operation, OperationRow } from '@clientele/contracts';
import { isOverRows, mostTags, rowObstacles } from '@clientele/domain';
import { useI18n } from 'vue-i18n';
import { number } from '../app/language.ts';
import { useSentences } from '../app/problems.ts';
import { handledRows, progressOf } from './progress.ts';

/** Why a step failed, in plain words of the reader's language. */
export function useFailureSentence(): (failure: NonNullable<Operation['steps'][number]['failure']>) => string {
  const { t, te } = useI18n();
  const { ruleSentence } = useSentences();
  return ({ code, params = {} }) => {
    const key = `operations.failures.${code}`;
    if (code === 'address') {
      const field =
        String(params.field ?? '')
          .split('.')
          .at(-1) ?? '';
      const rule = String(params.rule ?? 'other') as Parameters<typeof ruleSentence>[0]['rule'];
      return t(key, {
        field: te(`operations.addressFields.${field}`) ? t(`operations.addressFields.${field}`) : field,
        rule: typeof params.country === 'string' ? ruleSentence({ rule, params }) : '',
      }).trim();
    }
    if (code === 'relationship_changed' && typeof params.state === 'string' && te(`app.states.${params.state}`))
      return t('operations.failures.relationship_changed_to', { state: t(`app.states.${params.state}`) });
    return te(key) ? t(key, withNumbers(params)) : t('operations.failures.unexpected');
  };
}

const withNumbers = (params: Record<string, string | number>) =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'number' ? number(value) : value]));

/** What became of one row, and why, in plain words. */
export function useRowSentence(): (row: Pick<OperationRow, 'outcome' | 'failures'>) => string[] {
  const { t, te } = useI18n();
  const { ruleSentence } = useSentences();
  const reasonOf = ({ code, params = {} }: NonNullable<OperationRow['failures']>[number]) => {
    const state =
      typeof params.state === 'string' && te(`app.states.${params.state}`) ? t(`app.states.${params.state}`) : (params.state ?? '');
    if ((rowObstacles as readonly string[]).includes(code))
      return t(`operations.rows.obstacles.${code}`, {
        most: mostTags,
        ...withNumbers(params),
        state,
        ...(params.limit ? { limit: t(`operations.rows.limits.${params.limit}`) } : {}),
      });
    return ruleSentence({ rule: code as Parameters<typeof ruleSentence>[0]['rule'], params });
  };
  return ({ outcome, failures }) => {
    if (failures && failures.length > 0)
      return failures.map((failure) => {
        const reason = `${reasonOf(failure)}${failure.value ? ` ${t('operations.rows.value', { value: failure.value })}` : ''}`;
        return failure.column ? t('operations.rows.column', { column: failure.column, reason }) : reason;
      });
    const key = ['operations', 'imports'].map((noun) => `${noun}.rows.outcomes.${outcome}`).find((one) => te(one));
    return outcome ? [key ? t(key) : outcome] : [];
  };
}

/** What an operation is called: the customer it is about, or what is done to many. */
export function useOperationTitle(): (operation: Pick<Operation, 'kind' | 'subject'>) => string {
  const { t } = useI18n();
  return ({ kind, subject }) => (isOverRows(kind) ? t(`operations.one.titles.${kind}`, { subject }) : subject);
}

/** How an operation stands and what comes next, in one sentence. */
export function useStanding(): (operation: Operation) => string {
  const { t, te } = useI18n();
  return (operation) => {
    const { kind, state, subject, steps, progress, waiting } = operation;
    const { current } = progressOf(steps);
    const step = current ? (te(`operations.steps.${current}`) ? t(`operations.steps.${current}`) : current) : '';
    const counts = progress ? withNumbers({ ...progress, handled: handledRows(progress) }) : {};
    const key = (() => {
      if (state === 'succeeded' && kind === 'customers-export' && (progress?.skipped ?? 0) > 0) return `succeeded_${kind}_gone`;
      if (state === 'succeeded') return progress?.total === 0 ? 'succeeded_nothing' : `succeeded_${kind}`;
      if (state === 'failed') return steps.some(({ failure }) => failure?.code === 'rows_failed') ? 'failed_rows' : 'failed';
      if (state === 'cancelled') return isOverRows(kind) && progress ? 'cancelled_over_rows' : 'cancelled';
      if (state === 'paused' && waiting) return kind === 'relationships-end' ? `paused_${waiting}_${kind}` : `paused_${waiting}`;
      return state;
    })();
    return t(`operations.standing.${key}`, { subject, step, ...counts });
  };
}
