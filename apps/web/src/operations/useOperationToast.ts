import type { Operation } from '@clientele/contracts';
import { getOperation } from '@clientele/contracts';
import { useToast } from '@nuxt/ui/composables';
import { QueryObserver } from '@tanstack/vue-query';
import { h } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import { type ApiProblem, call } from '../app/api.ts';
import { queryClient } from '../app/reading.ts';
import OperationProgress from './OperationProgress.vue';
import { isUnderWay, progressOf } from './progress.ts';
import { useFailureSentence, useStanding } from './sentences.ts';

/** What is followed now, so that the same operation has one toast. Lives as long as the page in the browser, whatever is navigated to. */
const followed = new Map<string, () => void>();

/**
 * Gives a function that follows an operation in a toast: progress while it runs, then success or failure with a link. The toast stays through
 * navigation; after a reload the operation is in the top bar.
 */
export function useOperationToast(): (operationId: string) => void {
  const toast = useToast();
  const router = useRouter();
  const { t, te } = useI18n();
  const failureSentence = useFailureSentence();
  const standing = useStanding();

  const show = (operation: Operation, isNew: boolean) => {
    const { current } = progressOf(operation.steps);
    const step = current ? (te(`operations.steps.${current}`) ? t(`operations.steps.${current}`) : current) : '';
    const failure = operation.steps.find(({ state }) => state === 'failed')?.failure;
    const id = `operation-${operation.id}`;
    const look = {
      queued: { color: 'neutral', icon: 'i-lucide-loader-circle' },
      running: { color: 'primary', icon: 'i-lucide-loader-circle' },
      paused: { color: 'warning', icon: 'i-lucide-circle-pause' },
      succeeded: { color: 'success', icon: 'i-lucide-circle-check' },
      failed: { color: 'error', icon: 'i-lucide-circle-x' },
      cancelled: { color: 'neutral', icon: 'i-lucide-circle-minus' },
    } as const;
    const isGoing = isUnderWay(operation);
    const text = isGoing
      ? step
      : operation.state === 'failed' && failure
        ? failureSentence(failure)
        : operation.progress
          ? standing(operation)
          : '';
    const content = {
      title: t(`operations.toast.${operation.state}.${operation.kind}`, { subject: operation.subject }),
      // While it runs the height stays: nothing jumps from step to step.
      description: isGoing
        ? () =>
            h('span', { class: 'block' }, [
              h('span', { class: 'block min-h-5 truncate' }, text),
              h(OperationProgress, { operation, class: 'mt-1' }),
            ])
        : text || undefined,
      ...look[operation.state],
      ui: { icon: isGoing ? 'motion-safe:animate-spin' : '' },
      progress: false,
      // What still runs or needs a person stays until it is closed.
      duration: isGoing || operation.state === 'failed' ? 0 : 8000,
      actions: [
        {
          label: t('operations.toast.open'),
          color: 'neutral' as const,
          variant: 'outline' as const,
          onClick: () =>
            void router.push(
              operation.state === 'succeeded' && operation.kind === 'relationship-end' && operation.customerId
                ? `/customers/${operation.customerId}`
                : `/operations/${operation.id}`,
            ),
        },
      ],
    };
    if (isNew) toast.add({ id, ...content });
    else toast.update(id, content);
  };

  return (operationId) => {
    if (followed.has(operationId)) return;
    const observer = new QueryObserver<Operation, ApiProblem>(queryClient, {
      queryKey: [getOperation.tag, getOperation.name, { operationId }, {}],
      queryFn: ({ signal }) => call(getOperation, { params: { operationId } }, { signal }),
      refetchInterval: 2000,
      staleTime: 0,
    });
    let isNew = true;
    const stop = observer.subscribe(({ data, error }) => {
      // Signed out, or gone: nothing to tell any more.
      if (error && !['offline', 'unavailable', 'unreadable', 'internal'].includes(error.code)) {
        followed.get(operationId)?.();
        toast.remove(`operation-${operationId}`);
        return;
      }
      if (!data) return;
      show(data, isNew);
      isNew = false;
      if (!isUnderWay(data)) followed.get(operationId)?.();
    });
    followed.set(operationId, () => {
      stop();
      followed.delete(operationId);
    });
  };
}
