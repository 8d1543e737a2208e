import { type BodyOf, changeSettings, getSettings, type Settings } from '@clientele/contracts';
import { computed, type Ref, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { ApiProblem, call } from '../app/api.ts';
import { useNotice, useProblem } from '../app/problems.ts';
import { usePlace, useRead } from '../app/reading.ts';
import { differencesOf } from './differences.ts';

/**
 * One section's form over the settings. `read` takes what the section shows out of them, `write` makes of what was typed what is sent. What was
 * typed stays when somebody else was quicker: `theirs` says who, and saving again writes over it knowingly.
 */
export function useSettingsForm<Typed extends object>(
  read: (settings: Settings) => Typed,
  write: (typed: Typed) => BodyOf<typeof changeSettings>,
) {
  const { t } = useI18n();
  const { done } = useNotice();
  const place = usePlace();
  const form = useProblem();
  const { data: settings, error, isPending, refetch } = useRead(getSettings);
  const typed = ref(null) as Ref<Typed | null>;
  const theirs = ref<{ settings: Settings; by: string } | null>(null);
  let version = 0;

  function take(from: Settings): void {
    typed.value = read(from);
    version = from.version;
    theirs.value = null;
    form.clear();
  }
  const isChanged = computed(
    () => settings.value !== undefined && typed.value !== null && JSON.stringify(typed.value) !== JSON.stringify(read(settings.value)),
  );
  watch(
    settings,
    (now, before) => {
      // What somebody has begun to type is not taken away by what another one saved.
      const untouched = !before || !typed.value || JSON.stringify(typed.value) === JSON.stringify(read(before));
      if (now && untouched) take(now);
    },
    { immediate: true },
  );

  async function save(): Promise<boolean> {
    const now = typed.value;
    if (!now) return false;
    const saved = await form.attempt(async () => {
      try {
        return await call(changeSettings, { body: write(now) }, { ifMatch: version });
      } catch (problem) {
        if (problem instanceof ApiProblem && problem.code === 'conflict') {
          const newest = await call(getSettings);
          const [by] = (problem.details.by ?? []) as string[];
          theirs.value = { settings: newest, by: by ?? t('settings.somebody') };
          version = newest.version;
          place(getSettings, {}, newest);
        }
        throw problem;
      }
    });
    if (!saved) return false;
    take(saved);
    place(getSettings, {}, saved);
    done(t('settings.saved'));
    return true;
  }
  /** Where theirs is not what was typed. */
  const differences = computed(() => (theirs.value && typed.value ? differencesOf(read(theirs.value.settings), typed.value) : []));
  return {
    settings,
    error,
    isPending,
    refetch,
    typed,
    theirs,
    differences,
    form,
    isChanged,
    save,
    /** Back to what is set. */
    reset: () => settings.value && take(settings.value),
  };
}
