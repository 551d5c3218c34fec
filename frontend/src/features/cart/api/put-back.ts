import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { ApiError } from '../../../lib/api-client';
import { useIdentity } from '../../../lib/identity';
import { readCart } from './cart';
import { addAndShow, inTurn } from './cart-changes';

interface OrderedLine {
  readonly productId: string;
  readonly productName: string;
  readonly quantity: number;
}

/** A line of which the cart holds fewer than were wanted. */
export interface Shortfall {
  readonly name: string;
  readonly wanted: number;
  readonly got: number;
}

/**
 * Fills the cart up to what was ordered, so that doing it twice adds nothing, and resolves to what could not be had.
 */
export function usePutBack(): UseMutationResult<Shortfall[], Error, readonly OrderedLine[]> {
  const queries = useQueryClient();
  const who = useIdentity((state) => state.who);

  const putBack = async (line: OrderedLine): Promise<number> => {
    const { items } = await readCart();
    const there = items.find((item) => item.productId === line.productId)?.quantity ?? 0;
    if (there >= line.quantity) return line.quantity;
    try {
      return there + (await addAndShow(queries, who, line.productId, line.quantity - there));
    } catch (error) {
      if (isRefused(error)) return there;
      throw error;
    }
  };

  return useMutation({
    mutationFn: (lines: readonly OrderedLine[]) =>
      inTurn(async () => {
        const short: Shortfall[] = [];
        for (const line of lines) {
          const got = await putBack(line);
          if (got < line.quantity) short.push({ name: line.productName, wanted: line.quantity, got });
        }
        return short;
      }),
  });
}

/** The product has left the shop, or the cart takes no more. */
function isRefused(error: unknown): boolean {
  return error instanceof ApiError && ['PRODUCT_NOT_FOUND', 'CART_LIMIT'].includes(error.code);
}
