/** The index of the catalogue. One definition for the functions that write it and those that search it. */
export const productsIndex = 'products';

/** What the product's row tells. */
export interface ProductFields {
  readonly name: string;
  readonly description: string;
  readonly nameEn: string;
  readonly descriptionEn: string;
  readonly category: string;
  /** Smallest unit of `currency`. */
  readonly price: number;
  readonly currency: string;
  readonly imageUrl: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly popularity?: number;
}

/**
 * A document of the index; its id is the product's. Its two parts, product and stock, come from two sources, each with
 * its own version: either may be missing (stock that arrived before its product), and a deleted product leaves a
 * tombstone, since OpenSearch forgets the versions of deleted documents after a minute (`index.gc_deletes`).
 */
export interface IndexedProduct extends Partial<ProductFields> {
  readonly productId: string;
  /** Of the product's row. */
  readonly version?: number;
  readonly deleted?: true;
  readonly available?: number;
  readonly inStock?: boolean;
  /** Of the stock's row. */
  readonly stockVersion?: number;
}

/** The filter of every search: neither tombstones nor stock whose product has not arrived have a category. */
export const listedProducts = { exists: { field: 'category' } };

/** Added to an index that was made before documents had versions. */
export const versionMappings = {
  version: { type: 'long' },
  stockVersion: { type: 'long' },
  deleted: { type: 'boolean' },
} as const;

/**
 * Japanese is split by kuromoji (the plugin analysis-kuromoji, part of every OpenSearch Service domain), full-width and
 * half-width forms are one, readings and conjugations are reduced to their base form.
 */
export const productsIndexDefinition = {
  settings: {
    index: { number_of_shards: 1, number_of_replicas: 1 },
    analysis: {
      analyzer: {
        japanese: {
          type: 'custom',
          char_filter: ['icu_normalizer'],
          tokenizer: 'kuromoji_tokenizer',
          filter: [
            'kuromoji_baseform',
            'kuromoji_part_of_speech',
            'ja_stop',
            'kuromoji_stemmer',
            'lowercase',
          ],
        },
        english_text: { type: 'english' },
      },
    },
  },
  mappings: {
    dynamic: 'strict',
    properties: {
      productId: { type: 'keyword' },
      name: { type: 'text', analyzer: 'japanese' },
      description: { type: 'text', analyzer: 'japanese' },
      nameEn: { type: 'text', analyzer: 'english_text' },
      descriptionEn: { type: 'text', analyzer: 'english_text' },
      category: { type: 'keyword' },
      price: { type: 'integer' },
      currency: { type: 'keyword' },
      imageUrl: { type: 'keyword', index: false },
      available: { type: 'integer' },
      inStock: { type: 'boolean' },
      createdAt: { type: 'date' },
      updatedAt: { type: 'date' },
      popularity: { type: 'integer' },
      ...versionMappings,
    },
  },
} as const;
