import type { FieldErrors, UseFormRegister } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useFieldText } from '../../../components/ui/error-text';
import { Field, Select } from '../../../components/ui/field';
import { prefectures } from '../../../config/prefectures';
import type { AddressForm } from '../api/draft';

interface AddressFieldsProps {
  readonly register: UseFormRegister<AddressForm>;
  readonly errors: FieldErrors<AddressForm>;
}

export function AddressFields({ register, errors }: AddressFieldsProps) {
  const { t } = useTranslation();
  const fieldText = useFieldText();
  const field = (name: keyof AddressForm) => ({
    label: t(`checkout.${name}`),
    error: fieldText(errors[name]?.message, name),
    ...register(name),
  });
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field className="sm:col-span-2" autoComplete="name" {...field('name')} />
      <Field autoComplete="postal-code" inputMode="numeric" placeholder="100-0001" {...field('postalCode')} />
      <Select autoComplete="address-level1" {...field('prefecture')}>
        <option value="" />
        {prefectures.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
      <Field autoComplete="address-level2" {...field('city')} />
      <Field autoComplete="address-line1" {...field('line1')} />
      <Field autoComplete="address-line2" {...field('line2')} />
      <Field type="tel" autoComplete="tel" placeholder="090-1234-5678" {...field('phone')} />
    </div>
  );
}
