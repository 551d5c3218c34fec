import { useQueryClient } from '@tanstack/react-query';
import { shippingAddress, type ShippingAddress } from '@yorozu/service-kit/address';
import { useEffect, useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { Button } from '../../components/ui/button';
import { FormError } from '../../components/ui/states';
import type { SandboxCard } from '../../config/cards';
import type { User } from '../../features/auth/api/session';
import { cartKey, isOrderable, type Cart } from '../../features/cart/api/cart';
import type { Shortfall } from '../../features/cart/api/put-back';
import { ShortfallNotice } from '../../features/cart/components/shortfall-notice';
import { useSaveAddress, type SavedAddress } from '../../features/checkout/api/addresses';
import {
  addressFields,
  draftOf,
  emptyAddress,
  sendingTime,
  type AddressForm,
  type Draft,
} from '../../features/checkout/api/draft';
import { isUnderWay, type OrderAttempt } from '../../features/checkout/api/order-attempt';
import { AddressChoice } from '../../features/checkout/components/address-choice';
import { AddressFields } from '../../features/checkout/components/address-fields';
import { AttemptNotice } from '../../features/checkout/components/attempt-notice';
import { CardChoice } from '../../features/checkout/components/card-choice';
import { markFields, problemFields } from '../../lib/forms/problem-fields';
import { schemaResolver } from '../../lib/forms/schema-resolver';
import { CheckoutSummary } from './checkout-summary';

interface CheckoutFormProps {
  readonly user: User;
  readonly cart: Cart;
  /** Whether the shop has confirmed all that the cart shows. */
  readonly settled: boolean;
  readonly addresses: readonly SavedAddress[];
  readonly draft: Draft | undefined;
  readonly order: OrderAttempt;
  readonly onSend: () => void;
}

export function CheckoutForm({ user, cart, settled, addresses, draft, order, onSend }: CheckoutFormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const saveAddress = useSaveAddress();
  const { short = [] } = (useLocation().state ?? {}) as { short?: Shortfall[] };

  const [addressId, setAddressId] = useState(draft ? draft.addressId : addresses[0]?.id);
  const saved = addresses.find((address) => address.id === addressId);
  const [save, setSave] = useState(draft?.save ?? true);
  const [card, setCard] = useState<SandboxCard>(draft?.card ?? 'tok_visa');
  const [sentAt, setSentAt] = useState(draft?.sentAt);
  const form = useForm<AddressForm, unknown, ShippingAddress>({
    defaultValues: draft?.address ?? emptyAddress(user.name),
    resolver: schemaResolver(shippingAddress),
  });
  const address = useWatch({ control: form.control }) as AddressForm;
  useEffect(() => {
    draftOf(user.id).write({ addressId, address, save, card, sentAt });
  }, [user.id, addressId, address, save, card, sentAt]);

  const { attempt } = order;
  const underWay = isUnderWay(attempt);
  const error = attempt.state === 'refused' ? attempt.error : undefined;
  const { setError } = form;
  useEffect(
    () => markFields(problemFields(error, addressFields, prefix).marked, setError),
    [error, setError],
  );

  const place = async (shippingTo: ShippingAddress): Promise<void> => {
    if (underWay || !cart.checkoutId) return;
    onSend();
    setSentAt(sendingTime());
    const outcome = await order.place(cart.checkoutId, {
      items: cart.items.map(({ productId, quantity }) => ({ productId, quantity })),
      shippingAddress: shippingTo,
      payment: { token: card },
      expectedTotal: cart.subtotal,
    });
    if (outcome.state === 'idle') return;
    // The shop has emptied the cart, or what it refused has changed.
    void queries.invalidateQueries({ queryKey: cartKey(user.id) });
    if (outcome.state === 'refused') return setSentAt(undefined);
    draftOf(user.id).remove();
    if (outcome.state !== 'accepted') return;
    if (saved ?? save) saveAddress.mutate({ id: saved?.id ?? crypto.randomUUID(), address: shippingTo });
    await navigate(`/orders/${outcome.orderId}`, { replace: true, state: { placed: true } });
  };
  const submit = form.handleSubmit(place);
  const orderable = isOrderable(cart);
  const { rest } = problemFields(error, saved ? [] : addressFields, prefix);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (orderable) void (saved ? place(withoutId(saved)) : submit());
      }}
      noValidate
      className="grid gap-10 lg:grid-cols-[1fr_22rem]"
    >
      <div className="flex flex-col gap-10" inert={underWay}>
        <h1 className="text-3xl">{t('checkout.title')}</h1>
        <ShortfallNotice short={short} />
        <div className="flex flex-col gap-5">
          <AddressChoice addresses={addresses} value={saved?.id} onChange={setAddressId} />
          {!saved && (
            <>
              <AddressFields register={form.register} errors={form.formState.errors} />
              <SaveAddress checked={save} onChange={setSave} />
            </>
          )}
        </div>
        <CardChoice value={card} onChange={setCard} />
      </div>
      <CheckoutSummary cart={cart}>
        <AttemptNotice attempt={attempt} />
        <FormError error={error} rest={rest} />
        <Button type="submit" busy={underWay || !settled} disabled={!orderable} className="w-full">
          {underWay ? t('checkout.placing') : t('checkout.place')}
        </Button>
      </CheckoutSummary>
    </form>
  );
}

/** Where the form lies in the request. */
const prefix = 'shippingAddress.';

function withoutId({ id: _, line2, ...address }: SavedAddress): ShippingAddress {
  return line2 ? { ...address, line2 } : address;
}

interface SaveAddressProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

function SaveAddress({ checked, onChange }: SaveAddressProps) {
  const { t } = useTranslation();
  return (
    <label className="flex min-h-11 cursor-pointer items-center gap-3">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 accent-indigo"
      />
      {t('checkout.saveAddress')}
    </label>
  );
}
