import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { ShippingAddress } from '@yorozu/service-kit/address';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { toast } from '../../../components/ui/toast';
import { api } from '../../../lib/api-client';
import { personalKey, useIdentity } from '../../../lib/identity';

const savedAddressSchema = z.object({
  id: z.string(),
  name: z.string(),
  postalCode: z.string(),
  prefecture: z.string(),
  city: z.string(),
  line1: z.string(),
  line2: z
    .string()
    .nullish()
    .transform((line) => line ?? ''),
  phone: z.string(),
});
export type SavedAddress = z.infer<typeof savedAddressSchema>;

const listSchema = z.object({ items: z.array(savedAddressSchema) });

export const addressesKey = (who: string | undefined): readonly string[] => [
  ...personalKey(who),
  'addresses',
];

const pathOf = (id: string): string => `/api/users/me/addresses/${encodeURIComponent(id)}`;

/** The shopper's addresses, last used first. */
export function useAddresses(): UseQueryResult<SavedAddress[]> {
  const who = useIdentity((state) => state.who);
  return useQuery({
    queryKey: addressesKey(who),
    queryFn: async ({ signal }) => (await api('/api/users/me/addresses', listSchema, { signal })).items,
  });
}

interface Saved {
  readonly id: string;
  readonly address: ShippingAddress;
}

/** Saves an address under an id of our making, which makes it the last used. Saving it again changes nothing more. */
export function useSaveAddress(): UseMutationResult<unknown, Error, Saved> {
  const { t } = useTranslation();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ id, address }: Saved) => api(pathOf(id), z.unknown(), { method: 'PUT', body: address }),
    retry: 2,
    onError: () => toast(t('checkout.notSaved')),
    onSettled: refresh,
  });
}

export function useDeleteAddress(): UseMutationResult<unknown, Error, string> {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: string) => api(pathOf(id), z.unknown(), { method: 'DELETE' }),
    onSettled: refresh,
  });
}

function useRefresh(): () => Promise<void> {
  const queries = useQueryClient();
  const who = useIdentity((state) => state.who);
  return () => queries.invalidateQueries({ queryKey: addressesKey(who) });
}
