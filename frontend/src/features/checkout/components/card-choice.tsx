import { useTranslation } from 'react-i18next';
import { sandboxCards, type SandboxCard } from '../../../config/cards';

export function CardChoice({
  value,
  onChange,
}: {
  readonly value: SandboxCard;
  readonly onChange: (card: SandboxCard) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-3 font-display text-xl">{t('checkout.payment')}</legend>
      <p className="mb-2 text-sm text-muted">{t('checkout.sandbox')}</p>
      {sandboxCards.map((card) => (
        <label
          key={card}
          className="flex cursor-pointer items-center gap-4 rounded-xl border border-line bg-card px-4 py-3 has-checked:border-indigo has-checked:ring-2 has-checked:ring-indigo/30"
        >
          <input
            type="radio"
            name="card"
            value={card}
            checked={value === card}
            onChange={() => onChange(card)}
            className="size-4 shrink-0 accent-indigo"
          />
          <span className="flex grow flex-wrap justify-between gap-x-4">
            <span className="font-medium">{t(`card.${card}.name`)}</span>
            <span className="text-sm text-muted">{t(`card.${card}.hint`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
