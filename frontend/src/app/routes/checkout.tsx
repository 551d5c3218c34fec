import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { Button, buttonClass } from '../../components/ui/button';
import { Money } from '../../components/ui/money';
import { EmptyState, ErrorState, FormError, Loading } from '../../components/ui/states';
import type { SandboxCard } from '../../config/cards';
import { useSessionStore } from '../../features/auth/api/session-store';
import { cartKey, useCart, useCartChange, type Cart } from '../../features/cart/api/cart';
import { placeOrder, type OrderRequest } from '../../features/checkout/api/place-order';
import { AddressFields, type AddressForm } from '../../features/checkout/components/address-fields';
import { CardChoice } from '../../features/checkout/components/card-choice';
import { ApiError } from '../../lib/api-client';

const addressKey = 'yorozu.address';

export function CheckoutPage() {
  const { t } = useTranslation();
  const cart = useCart();
  const [ordered, setOrdered] = useState(false);
  if (cart.isPending || ordered) return <Loading />;
  if (cart.isError) return <ErrorState error={cart.error} onRetry={() => void cart.refetch()} />;
  if (cart.data.items.length === 0) {
    return (
      <EmptyState
        action={
          <Link to="/" className={buttonClass('primary')}>
            {t('cart.browse')}
          </Link>
        }
      >
        {t('checkout.empty')}
      </EmptyState>
    );
  }
  return <CheckoutForm cart={cart.data} onOrdered={() => setOrdered(true)} />;
}

/** The address of the last order, kept in this browser. */
function lastAddress(name: string): AddressForm {
  const empty = { name, postalCode: '', prefecture: '', city: '', line1: '', line2: '', phone: '' };
  const kept = localStorage.getItem(addressKey);
  return kept ? { ...empty, ...(JSON.parse(kept) as Partial<AddressForm>) } : empty;
}

function CheckoutForm({ cart, onOrdered }: { readonly cart: Cart; readonly onOrdered: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const user = useSessionStore((state) => state.user);
  const [card, setCard] = useState<SandboxCard>('tok_visa');
  const form = useForm<AddressForm>({ defaultValues: lastAddress(user?.name ?? '') });
  const change = useCartChange();
  const order = useMutation({
    mutationFn: placeOrder,
    onSuccess: async ({ orderId }, request) => {
      onOrdered();
      localStorage.setItem(addressKey, JSON.stringify(request.shippingAddress));
      // What was ordered leaves the cart; what was put in meanwhile stays.
      await Promise.allSettled(
        request.items.map(({ productId }) => change.mutateAsync({ kind: 'remove', productId })),
      );
      await navigate(`/orders/${orderId}`, { replace: true, state: { placed: true } });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'PRICE_CHANGED')
        void queries.invalidateQueries({ queryKey: cartKey });
    },
  });
  const submit = form.handleSubmit((shippingAddress) => {
    const request: OrderRequest = {
      items: cart.items.map(({ productId, quantity }) => ({ productId, quantity })),
      shippingAddress,
      payment: { token: card },
      expectedTotal: cart.subtotal,
    };
    order.mutate(request);
  });
  const priceChanged = order.error instanceof ApiError && order.error.code === 'PRICE_CHANGED';
  return (
    <form
      onSubmit={(event) => void submit(event)}
      noValidate
      className="grid gap-10 lg:grid-cols-[1fr_22rem]"
    >
      <div className="flex flex-col gap-10">
        <h1 className="text-3xl">{t('checkout.title')}</h1>
        <AddressFields form={form} />
        <CardChoice value={card} onChange={setCard} />
      </div>
      <aside className="h-fit rounded-2xl border border-line bg-card p-6 lg:sticky lg:top-24">
        <h2 className="mb-4 text-xl">{t('checkout.summary')}</h2>
        <ul className="flex flex-col gap-3 text-sm">
          {cart.items.map((item) => (
            <li key={item.productId} className="flex justify-between gap-4">
              <span>
                {item.name} × {item.quantity}
              </span>
              <Money amount={item.price * item.quantity} currency={cart.currency} />
            </li>
          ))}
        </ul>
        <p className="mt-4 flex justify-between border-t border-line pt-4 text-lg font-semibold">
          {t('checkout.total')}
          <Money amount={cart.subtotal} currency={cart.currency} />
        </p>
        <div className="mt-5 flex flex-col gap-3">
          {priceChanged ? (
            <p role="alert" className="text-shu">
              {t('checkout.priceChanged')}
            </p>
          ) : (
            <FormError error={order.error} />
          )}
          <Button type="submit" busy={order.isPending} className="w-full">
            {order.isPending ? t('checkout.placing') : t('checkout.place')}
          </Button>
        </div>
      </aside>
    </form>
  );
}
