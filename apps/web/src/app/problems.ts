import type { FieldError } from '@clientele/domain';
import { useToast } from '@nuxt/ui/composables';
import { type ComputedRef, computed, type Ref, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { ApiProblem } from './api.ts';
import { clock, countryName, currentLanguage, listed, number } from './language.ts';

/** What the screen needs to say why something is not possible; the contract's `allowed` and the domain's `access` both are one. */
export interface Denied {
  allowed: boolean;
  reason?: string;
  needs?: readonly string[] | undefined;
  grantedBy?: string | undefined;
  state?: string | undefined;
}

/** Sentences for refusals, in the reader's language. */
export function useSentences(): {
  ruleSentence: (error: Pick<FieldError, 'rule' | 'params'>) => string;
  problemSentence: (problem: unknown) => string;
  reasonSentence: (denied: Denied) => string;
} {
  const { t, te } = useI18n();
  const stateName = (state: string) => (te(`app.states.${state}`) ? t(`app.states.${state}`) : state);

  const ruleSentence = ({ rule, params }: Pick<FieldError, 'rule' | 'params'>) => {
    const shown: Record<string, unknown> = Object.fromEntries(
      Object.entries(params ?? {}).map(([name, value]) => [name, typeof value === 'number' ? number(value) : value]),
    );
    if (typeof params?.country === 'string') shown.country = countryName(params.country);
    const withParams = `app.rules.${rule}_${Object.keys(params ?? {}).includes('example') && params?.example ? 'example' : 'plain'}`;
    if (te(withParams)) return t(withParams, shown);
    return te(`app.rules.${rule}`) ? t(`app.rules.${rule}`, shown) : t('app.rules.other', { rule });
  };

  const reasonSentence = (denied: Denied) => {
    const roleNames = listed(
      (denied.needs ?? []).map((role) => t(`app.roles.${role}`)),
      'disjunction',
    );
    // Of a state that has no word of its own there is a sentence instead.
    const key = `app.reasons.${denied.reason ?? 'other'}`;
    return t([`${key}_${denied.state}`, key].find((one) => te(one)) ?? 'app.reasons.other', {
      roles: roleNames,
      grantedBy: denied.grantedBy ? t(`app.roles.${denied.grantedBy}`) : '',
      state: denied.state ? stateName(denied.state) : '',
    });
  };

  const problemSentence = (problem: unknown) => {
    if (!(problem instanceof ApiProblem)) return t('app.problems.internal');
    const { code, details } = problem;
    if (code === 'forbidden' && typeof details.reason === 'string') return reasonSentence({ ...details, allowed: false } as Denied);
    if (code === 'limit_reached' && typeof details.limit === 'string' && te(`app.limits.${details.limit}`))
      return t(`app.limits.${details.limit}`, {
        most: number(Number(details.most)),
        now: number(Number(details.now)),
        time: typeof details.until === 'string' ? clock(details.until) : '',
      });
    // An act without a form has no field to say it at.
    const [first] = problem.errors;
    if (code === 'validation_failed' && first) return ruleSentence(first);
    if (code === 'illegal_transition' && typeof details.state === 'string')
      return t('app.problems.illegal_transition_state', { state: stateName(details.state) });
    // The server's own words are in English; other languages have a sentence per code.
    if (currentLanguage() === 'en' && problem.message && ['conflict', 'limit_reached', 'feature_off'].includes(code))
      return problem.message;
    return te(`app.problems.${code}`) ? t(`app.problems.${code}`) : t('app.problems.internal');
  };

  return { ruleSentence, problemSentence, reasonSentence };
}

/**
 * The problem of one form: run the call through `attempt`, put `fieldError('address.postalCode')` at the fields and `general` on top.
 * Editing a field takes its error away (`touch`).
 */
export function useProblem(): {
  problem: Ref<ApiProblem | null>;
  busy: Ref<boolean>;
  fieldError: (path: string) => string | undefined;
  /** What cannot be shown at a field: the sentence of the refusal, or of fields that this form does not have. */
  general: ComputedRef<string | null>;
  fieldPaths: ComputedRef<string[]>;
  touch: (path: string) => void;
  fail: (errors: FieldError[]) => void;
  clear: () => void;
  /** The answer, or undefined when it was refused (the problem is then shown). */
  attempt: <Result>(work: () => Promise<Result>) => Promise<Result | undefined>;
} {
  const problem = ref<ApiProblem | null>(null) as Ref<ApiProblem | null>;
  const busy = ref(false);
  const { ruleSentence, problemSentence } = useSentences();
  const asked = new Set<string>();

  const fieldError = (path: string) => {
    asked.add(path);
    const found = problem.value?.errors.find((error) => error.path === path);
    return found ? ruleSentence(found) : undefined;
  };
  const general = computed(() => {
    if (!problem.value) return null;
    if (problem.value.code !== 'validation_failed') return problemSentence(problem.value);
    const stray = problem.value.errors.filter((error) => !asked.has(error.path));
    if (stray.length === 0) return null;
    return stray.map((error) => (error.path ? `${error.path}: ${ruleSentence(error)}` : ruleSentence(error))).join(' ');
  });
  const fieldPaths = computed(() => problem.value?.errors.map((error) => error.path) ?? []);
  const clear = () => {
    problem.value = null;
  };
  const set = (code: ApiProblem['code'], status: number, errors: FieldError[]) => {
    problem.value = errors.length > 0 ? new ApiProblem(code, status, '', { errors }) : null;
  };
  const touch = (path: string) => {
    const now = problem.value;
    if (!now?.errors.some((error) => error.path === path || error.path.startsWith(`${path}.`))) return;
    set(
      now.code,
      now.status,
      now.errors.filter((error) => error.path !== path && !error.path.startsWith(`${path}.`)),
    );
  };
  const fail = (errors: FieldError[]) => set('validation_failed', 422, errors);

  const attempt = async <Result>(work: () => Promise<Result>) => {
    if (busy.value) return undefined;
    busy.value = true;
    clear();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      problem.value = error;
      return undefined;
    } finally {
      busy.value = false;
    }
  };

  return { problem, busy, fieldError, general, fieldPaths, touch, fail, clear, attempt };
}

/** Toasts that say what happened, and refusals of acts that have no form of their own. */
export function useNotice(): {
  done: (title: string, description?: string) => void;
  refused: (error: unknown) => void;
} {
  const toast = useToast();
  const { t } = useI18n();
  const { problemSentence } = useSentences();
  return {
    done: (title, description) => {
      toast.add({ title, ...(description ? { description } : {}), color: 'success', icon: 'i-lucide-circle-check', progress: false });
    },
    refused: (error) => {
      toast.add({
        title: t('app.problems.title'),
        description: problemSentence(error),
        color: 'error',
        icon: 'i-lucide-circle-alert',
        duration: 10_000,
        progress: false,
      });
    },
  };
}
