import type { BodyOf, Customer } from '@clientele/contracts';
import { editCustomer, getCustomer } from '@clientele/contracts';
import { type Ref, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { ApiProblem, call } from '../app/api.ts';
import { useNotice, useProblem } from '../app/problems.ts';
import { usePlace } from '../app/reading.ts';

export type Patch = Omit<BodyOf<typeof editCustomer>, 'customerId'>;
/** What happened between reading and saving: the newest version, the fields that changed, and who changed them. */
export interface Theirs {
  customer: Customer;
  fields: string[];
  by: string[];
  /** Something else changed, too, than these fields. */
  more: boolean;
}

/**
 * Editing one part of a customer: `save` sends it with the version that was read. When somebody else was quicker, `theirs` holds the newest
 * version for the screen to show beside what was typed; `save` again then writes over it knowingly.
 */
export function useEditing(customer: () => Customer): {
  editing: Ref<boolean>;
  theirs: Ref<Theirs | null>;
  form: ReturnType<typeof useProblem>;
  begin: () => void;
  stop: () => void;
  save: (patch: Patch) => Promise<boolean>;
} {
  const { t } = useI18n();
  const form = useProblem();
  const place = usePlace();
  const { done } = useNotice();
  const editing = ref(false);
  const theirs = ref<Theirs | null>(null);
  let version = 0;

  const begin = () => {
    version = customer().version;
    theirs.value = null;
    form.clear();
    editing.value = true;
  };
  const stop = () => {
    editing.value = false;
    theirs.value = null;
    form.clear();
  };
  const save = async (patch: Patch) => {
    const { id } = customer();
    const saved = await form.attempt(async () => {
      try {
        return await call(editCustomer, { params: { customerId: id }, body: { customerId: id, ...patch } }, { ifMatch: version });
      } catch (error) {
        if (error instanceof ApiProblem && error.code === 'conflict') {
          const newest = await call(getCustomer, { params: { customerId: id } });
          place(getCustomer, { params: { customerId: id } }, newest);
          const { fields = [], by = [], more = false } = error.details as Partial<Theirs>;
          theirs.value = { customer: newest, fields, by, more };
          version = newest.version;
        }
        throw error;
      }
    });
    if (!saved) return false;
    place(getCustomer, { params: { customerId: id } }, saved);
    stop();
    done(t('customers.one.saved'));
    return true;
  };
  return { editing, theirs, form, begin, stop, save };
}
