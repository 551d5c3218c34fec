import type { UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../components/ui/field';
import { prefectures } from '../../../config/prefectures';
import type { ShippingAddress } from '../api/place-order';

export type AddressForm = { -readonly [K in keyof ShippingAddress]: string };

export function AddressFields({ form }: { readonly form: UseFormReturn<AddressForm> }) {
  const { t } = useTranslation();
  const { register, formState } = form;
  const { errors } = formState;
  const required = { required: t('checkout.required') };
  return (
    <fieldset className="grid gap-4 sm:grid-cols-2">
      <legend className="mb-3 font-display text-xl">{t('checkout.address')}</legend>
      <Field
        className="sm:col-span-2"
        label={t('checkout.name')}
        autoComplete="name"
        error={errors.name?.message}
        {...register('name', required)}
      />
      <Field
        label={t('checkout.postalCode')}
        autoComplete="postal-code"
        inputMode="numeric"
        placeholder="100-0001"
        error={errors.postalCode?.message}
        {...register('postalCode', {
          ...required,
          pattern: { value: /^\d{3}-?\d{4}$/, message: t('checkout.postalFormat') },
        })}
      />
      <div className="flex flex-col gap-1">
        <label htmlFor="prefecture" className="text-sm font-medium">
          {t('checkout.prefecture')}
        </label>
        <select
          id="prefecture"
          autoComplete="address-level1"
          aria-invalid={errors.prefecture !== undefined}
          className={`min-h-11 rounded-lg border bg-card px-3 ${errors.prefecture ? 'border-shu' : 'border-line'}`}
          {...register('prefecture', required)}
        >
          <option value="" />
          {prefectures.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        {errors.prefecture && <p className="text-sm text-shu">{errors.prefecture.message}</p>}
      </div>
      <Field
        label={t('checkout.city')}
        autoComplete="address-level2"
        error={errors.city?.message}
        {...register('city', required)}
      />
      <Field
        label={t('checkout.line1')}
        autoComplete="address-line1"
        error={errors.line1?.message}
        {...register('line1', required)}
      />
      <Field
        label={t('checkout.line2')}
        autoComplete="address-line2"
        error={errors.line2?.message}
        {...register('line2')}
      />
      <Field
        label={t('checkout.phone')}
        type="tel"
        autoComplete="tel"
        placeholder="090-1234-5678"
        error={errors.phone?.message}
        {...register('phone', {
          ...required,
          pattern: { value: /^[0-9+][0-9-]{8,14}$/, message: t('checkout.phoneFormat') },
        })}
      />
    </fieldset>
  );
}
