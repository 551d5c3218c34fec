import { Random, uuidFromName } from '../random';
import { food, kitchen, tableware, tea } from './kitchen-and-table';
import { bath, clothing, home, stationery } from './home-and-living';
import { bags, garden, kids, outdoor } from './out-and-about';
import { articles } from './shelf';

export interface DemoProduct {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly description: string;
  readonly descriptionEn: string;
  /** Yen, tax included. */
  readonly price: number;
  readonly category: string;
  /** Object key in the images bucket. */
  readonly imageKey: string;
  /** What the picture shows, and a number that varies colours and details. */
  readonly shape: string;
  readonly variation: number;
  /** Units in the warehouse at the beginning, 0 to 500. */
  readonly stock: number;
  readonly createdAt: Date;
}

const shelves = [
  kitchen,
  tableware,
  tea,
  food,
  stationery,
  home,
  bath,
  clothing,
  bags,
  garden,
  kids,
  outdoor,
];
const size = 500;

/** The demo shop: 500 products in 12 categories, the same on every machine. */
export function catalogue(): DemoProduct[] {
  const random = new Random(20_261_029);
  const all = shelves.flatMap((shelf) =>
    articles(shelf).flatMap((article, a) =>
      shelf.makers.map(([maker, makerEn, factor, sentence, sentenceEn], m): DemoProduct => {
        const id = uuidFromName(`product:${shelf.category}:${article.nameEn}:${makerEn}`);
        return {
          id,
          name: `${maker} ${article.name}`,
          nameEn: `${article.nameEn}, ${makerEn}`,
          description: `${article.description}\n${sentence}`,
          descriptionEn: `${article.descriptionEn}\n${sentenceEn}`,
          price: Math.max(100, Math.round((article.price * factor) / 10) * 10),
          category: shelf.category,
          imageKey: `products/${id}.svg`,
          shape: article.shape,
          variation: a * shelf.makers.length + m,
          stock: stockOf(random),
          createdAt: new Date(
            Date.UTC(2024, 10, 1) + random.between(0, 730) * 86_400_000 + random.between(0, 86_399) * 1_000,
          ),
        };
      }),
    ),
  );
  return all.slice(0, size);
}

/** Most things are there, some are scarce, a few are sold out. */
function stockOf(random: Random): number {
  const luck = random.next();
  if (luck < 0.04) return 0;
  if (luck < 0.15) return random.between(1, 9);
  return random.between(20, 500);
}
