import type { Endpoint } from '@clientele/contracts';
import { keepPreviousData, QueryClient, type UseQueryReturnType, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { z } from 'zod';
import { ApiProblem, type Carried, call } from './api.ts';

type ZodType = z.ZodType;

/** The key of a read: tag and name of the endpoint, then what it carried. Live changes find it by tag and params. */
type ReadKey = readonly [tag: string, name: string, params: unknown, query: unknown];

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal will not change its mind; the network may.
      retry: (count, error) => count < 2 && error instanceof ApiProblem && (error.code === 'offline' || error.code === 'unavailable'),
      retryDelay: (count) => 500 * 2 ** count,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

export interface ReadOptions {
  /** Ask only while true. */
  enabled?: MaybeRefOrGetter<boolean>;
  /** Show the last answer while the next one (another page, another filter) is on its way. */
  keepPrevious?: boolean;
  staleTime?: number;
  refetchInterval?: MaybeRefOrGetter<number | false>;
}

/** Reads an endpoint, keeps it fresh through the live changes, and reads again when what it carries changes. */
export function useRead<P extends ZodType, Q extends ZodType, R extends ZodType>(
  endpoint: Endpoint<P, Q, ZodType, R>,
  carried?: MaybeRefOrGetter<Carried<P, Q, ZodType>>,
  options: ReadOptions = {},
): UseQueryReturnType<z.output<R>, ApiProblem> {
  return useQuery({
    queryKey: computed(() => [endpoint.tag, endpoint.name, parts(toValue(carried)).params, parts(toValue(carried)).query]),
    queryFn: ({ signal }) => (call as LooseCall)(endpoint, parts(toValue(carried)), { signal }),
    enabled: () => toValue(options.enabled ?? true),
    ...(options.keepPrevious ? { placeholderData: keepPreviousData } : {}),
    ...(options.staleTime === undefined ? {} : { staleTime: options.staleTime }),
    refetchInterval: () => toValue(options.refetchInterval ?? false),
  }) as UseQueryReturnType<z.output<R>, ApiProblem>;
}

type LooseCall = (endpoint: unknown, carried: unknown, more: { signal: AbortSignal }) => Promise<unknown>;

function parts(carried: unknown): { params: unknown; query: unknown } {
  const { params, query } = (carried ?? {}) as { params?: unknown; query?: unknown };
  return { params: params ?? {}, query: query ?? {} };
}

/** Puts an answer that a write gave into the read of the same thing, so that the screen shows it at once. */
export function usePlace(): <P extends ZodType, Q extends ZodType, R extends ZodType>(
  endpoint: Endpoint<P, Q, ZodType, R>,
  carried: Carried<P, Q, ZodType>,
  value: z.output<R>,
) => void {
  const client = useQueryClient();
  return (endpoint, carried, value) => {
    const { params, query } = parts(carried);
    client.setQueryData([endpoint.tag, endpoint.name, params, query], value);
  };
}

/** Reads again whatever belongs to these tags ('Customers', 'Invitations', ...), all of it or of one customer only. */
export function refresh(
  tags: readonly string[],
  only: { customerId?: string | null; invitationId?: string | null; operationId?: string | null } = {},
): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey }) => {
      const [tag, , params, query] = queryKey as unknown as ReadKey;
      if (!tags.includes(tag)) return false;
      const carried = { ...(query as Record<string, unknown>), ...(params as Record<string, unknown>) };
      return (['customerId', 'invitationId', 'operationId'] as const).every(
        (name) => !only[name] || carried[name] === undefined || carried[name] === only[name],
      );
    },
  });
}
