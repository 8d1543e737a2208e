import type { Operation } from '@clientele/contracts';
import { useI18n } from 'vue-i18n';
import { useSentences } from '../app/problems.ts';

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
    return te(key) ? t(key, params) : t('operations.failures.unexpected');
  };
}
