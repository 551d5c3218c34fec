/** What one category sells: every article in the version of each maker. */
export interface Shelf {
  readonly category: string;
  /** name, English name, price factor, sentence for the description, in English */
  readonly makers: readonly (readonly [string, string, number, string, string])[];
  /** One article a line: name | English name | yen | what it is | in English | shape of the picture */
  readonly goods: string;
}

export interface Article {
  readonly name: string;
  readonly nameEn: string;
  readonly price: number;
  readonly description: string;
  readonly descriptionEn: string;
  readonly shape: string;
}

export function articles(shelf: Shelf): Article[] {
  return shelf.goods
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', nameEn = '', price = '', description = '', descriptionEn = '', shape = ''] =
        line.split('|');
      return { name, nameEn, price: Number(price), description, descriptionEn, shape };
    });
}
