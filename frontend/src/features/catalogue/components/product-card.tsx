import { Link } from 'react-router';
import { Money } from '../../../components/ui/money';
import type { Product } from '../api/products';
import { StockLabel } from './stock-label';

export function ProductCard({ product }: { readonly product: Product }) {
  return (
    <article className="group relative flex flex-col overflow-hidden rounded-2xl border border-line bg-card transition-shadow hover:shadow-lg">
      <div className="aspect-square overflow-hidden bg-line/40">
        {product.imageUrl && (
          <img
            src={product.imageUrl}
            alt=""
            loading="lazy"
            className={`size-full object-cover transition-transform duration-300 group-hover:scale-105 ${product.available === 0 ? 'opacity-50 grayscale' : ''}`}
          />
        )}
      </div>
      <div className="flex grow flex-col gap-1 p-4">
        <h3 className="line-clamp-2 font-medium">
          <Link to={`/products/${product.id}`} className="after:absolute after:inset-0">
            {product.name}
          </Link>
        </h3>
        <div className="mt-auto flex items-baseline justify-between gap-2 pt-2">
          <span className="text-lg font-semibold">
            <Money amount={product.price} currency={product.currency} />
          </span>
          <StockLabel available={product.available} />
        </div>
      </div>
    </article>
  );
}
