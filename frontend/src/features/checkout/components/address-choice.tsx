import { useTranslation } from 'react-i18next';
import { FormError } from '../../../components/ui/states';
import { useDeleteAddress, type SavedAddress } from '../api/addresses';

interface AddressChoiceProps {
  readonly addresses: readonly SavedAddress[];
  /** Undefined: another address. */
  readonly value: string | undefined;
  readonly onChange: (id: string | undefined) => void;
}

/** The saved addresses, and the choice to write another. */
export function AddressChoice({ addresses, value, onChange }: AddressChoiceProps) {
  const { t } = useTranslation();
  const remove = useDeleteAddress();
  const removeAddress = (id: string): void =>
    remove.mutate(id, {
      onSuccess: () => {
        if (id === value) onChange(addresses.find((address) => address.id !== id)?.id);
      },
    });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-3 font-display text-xl">{t('checkout.address')}</legend>
      <FormError error={remove.error} />
      {addresses.map((address) => (
        <div key={address.id} className="relative">
          <Choice checked={value === address.id} onChange={() => onChange(address.id)}>
            <span className="font-medium">{address.name}</span>
            <span className="pr-14 text-sm text-muted">
              〒{address.postalCode} {address.prefecture}
              {address.city}
              {address.line1} {address.line2}
            </span>
          </Choice>
          <button
            type="button"
            className="absolute right-3 bottom-2 min-h-8 px-1 text-sm text-muted underline hover:text-shu"
            aria-label={t('checkout.removeAddress', { name: `${address.name} ${address.line1}` })}
            aria-disabled={remove.isPending || undefined}
            onClick={() => !remove.isPending && removeAddress(address.id)}
          >
            {t('checkout.removeAddressShort')}
          </button>
        </div>
      ))}
      {/* Without saved ones there is nothing to choose. */}
      {addresses.length > 0 && (
        <Choice checked={value === undefined} onChange={() => onChange(undefined)}>
          <span className="font-medium">{t('checkout.anotherAddress')}</span>
        </Choice>
      )}
    </fieldset>
  );
}

interface ChoiceProps {
  readonly checked: boolean;
  readonly onChange: () => void;
  readonly children: React.ReactNode;
}

function Choice({ checked, onChange, children }: ChoiceProps) {
  return (
    <label className="flex cursor-pointer items-center gap-4 rounded-xl border border-line bg-card px-4 py-3 has-checked:border-indigo has-checked:ring-2 has-checked:ring-indigo/30">
      <input
        type="radio"
        name="address"
        checked={checked}
        onChange={onChange}
        className="size-4 shrink-0 accent-indigo"
      />
      <span className="flex grow flex-col">{children}</span>
    </label>
  );
}
