import type { DemoProduct } from '../catalogue';
import { paintFor, patterns } from './paint';
import { homeShapes } from './shapes-home';
import { outShapes } from './shapes-out';
import { tableShapes } from './shapes-table';

const shapes = { ...tableShapes, ...homeShapes, ...outShapes };

/** The picture of a product: an SVG of 400 x 400, its colours by category and variation. Throws for an unknown shape. */
export function drawPicture(
  product: Pick<DemoProduct, 'nameEn' | 'category' | 'shape' | 'variation'>,
): string {
  const draw = shapes[product.shape];
  if (!draw) throw new Error(`no picture for the shape "${product.shape}" of ${product.nameEn}`);
  const paint = paintFor(product.category, product.variation);
  const [from, to] = paint.background;
  const title = product.nameEn.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" role="img"><title>${title}</title>`,
    `<defs><linearGradient id="b" x1="0" y1="0" x2="1" y2="1"><stop stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient>${patterns[paint.pattern] ?? ''}</defs>`,
    '<rect width="400" height="400" fill="url(#b)"/><rect width="400" height="400" fill="url(#p)" opacity=".35"/>',
    '<ellipse cx="200" cy="330" rx="136" ry="17" fill="#3a3026" opacity=".16"/>',
    `${draw(paint)}</svg>`,
  ].join('');
}
