import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Button, buttonClass } from '../../components/ui/button';
import { Money } from '../../components/ui/money';
import { EmptyState, ErrorState, FormError, Loading, Notice } from '../../components/ui/states';
import { toast } from '../../components/ui/toast';
import { useAddToCart } from '../../features/cart/api/cart-changes';
import { useProduct, type Product } from '../../features/catalogue/api/products';
import { StockLabel } from '../../features/catalogue/components/stock-label';
import { useWatchedStock } from '../../features/live/api/use-live';
import { ApiError } from '../../lib/api-client';

export function ProductPage() {
  const { t } = useTranslation();
  const { productId = '' } = useParams();
  const product = useProduct(productId);
  if (product.isPending) return <Loading />;
  if (product.error instanceof ApiError && product.error.status === 404) {
    return (
      <EmptyState
        action={
          <Link to="/" className={buttonClass('quiet')}>
            {t('product.back')}
          </Link>
        }
      >
        {t('product.gone')}
      </EmptyState>
    );
  }
  if (product.isError) return <ErrorState error={product.error} onRetry={() => void product.refetch()} />;
  return <ProductDetail product={product.data} />;
}

function ProductDetail({ product }: { readonly product: Product }) {
  const { t, i18n } = useTranslation();
  const [quantity, setQuantity] = useState(1);
  const add = useAddToCart();
  useWatchedStock([product.id]);
  const most = Math.min(10, product.available);
  const chosen = Math.min(quantity, Math.max(1, most));
  const addChosen = (): void =>
    add.mutate(
      { productId: product.id, quantity: chosen },
      { onSuccess: (added) => added === chosen && toast(t('product.added')) },
    );
  const category = product.category ?? '';
  return (
    <article className="grid gap-10 md:grid-cols-2">
      <div className="overflow-hidden rounded-3xl border border-line bg-card">
        {product.imageUrl && (
          <img src={product.imageUrl} alt={product.name} className="aspect-square w-full object-cover" />
        )}
      </div>
      <div className="flex flex-col gap-5">
        {category && (
          <Link
            to={`/?category=${encodeURIComponent(category)}`}
            className="text-sm text-indigo hover:underline"
          >
            {i18n.exists(`category.${category}`) ? t(`category.${category}`) : category}
          </Link>
        )}
        <h1 className="text-3xl">{product.name}</h1>
        <p className="text-2xl font-semibold">
          <Money amount={product.price} currency={product.currency} />{' '}
          <span className="text-sm font-normal text-muted">{t('product.tax')}</span>
        </p>
        <p className="leading-8 whitespace-pre-line">{product.description}</p>
        <StockLabel available={product.available} />
        <div className="flex items-end gap-4">
          <label className="flex flex-col gap-1 text-sm">
            {t('product.quantity')}
            <select
              value={chosen}
              disabled={most === 0}
              onChange={(event) => setQuantity(Number(event.target.value))}
              className="min-h-11 rounded-lg border border-line bg-card px-4"
            >
              {Array.from({ length: Math.max(1, most) }, (_, index) => (
                <option key={index}>{index + 1}</option>
              ))}
            </select>
          </label>
          <Button
            className="grow sm:grow-0 sm:px-10"
            onClick={addChosen}
            busy={add.isPending}
            disabled={most === 0}
          >
            {most === 0 ? t('stock.none') : t('product.add')}
          </Button>
        </div>
        <FormError error={add.error} />
        {add.data !== undefined && add.data < add.variables.quantity && (
          <Notice role="alert">
            {t(add.data === 0 ? 'product.addedNone' : 'product.addedSome', {
              added: add.data,
              wanted: add.variables.quantity,
            })}
          </Notice>
        )}
      </div>
    </article>
  );
}
