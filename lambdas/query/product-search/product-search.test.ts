import { searchProducts, type SearchAnswer } from './product-search';
import { searchQuery } from './search-query';
import { searchRequest, type SearchRequest } from './search-request';

const at = '2026-11-01T00:00:00.000Z';
const hit = {
  productId: 'p-1',
  name: '急須',
  description: '鋳物',
  nameEn: 'Teapot',
  descriptionEn: 'Cast iron',
  category: 'kitchen',
  price: 7_500,
  currency: 'JPY',
  imageUrl: null,
  available: 3,
  createdAt: at,
  updatedAt: at,
};

function make(more: Partial<SearchAnswer> = {}) {
  const requests: SearchRequest[] = [];
  const answer: SearchAnswer = {
    tookMs: 4,
    total: 1,
    hits: [hit],
    aggregations: {
      category: [{ key: 'kitchen', doc_count: 1 }],
      price: [
        { to: 1_000, doc_count: 0 },
        { from: 1_000, to: 3_000, doc_count: 0 },
        { from: 30_000, doc_count: 1 },
      ],
    },
    ...more,
  };
  return { requests, index: { search: async (request: SearchRequest) => (requests.push(request), answer) } };
}

test('answers a page in the reader’s language with facets', async () => {
  const { index } = make();
  const query = searchQuery.parse({ q: '急須' });
  expect(await searchProducts(query, 'ja', index)).toEqual({
    items: [
      {
        id: 'p-1',
        name: '急須',
        description: '鋳物',
        price: 7_500,
        currency: 'JPY',
        category: 'kitchen',
        imageUrl: null,
        available: 3,
        createdAt: at,
        updatedAt: at,
      },
    ],
    page: 1,
    pageSize: 24,
    total: 1,
    facets: {
      category: [{ value: 'kitchen', count: 1 }],
      price: [
        { from: 0, to: 1_000, count: 0 },
        { from: 1_000, to: 3_000, count: 0 },
        { from: 30_000, count: 1 },
      ],
    },
    tookMs: 4,
  });
  expect(await searchProducts(query, 'en', index)).toMatchObject({
    items: [{ name: 'Teapot', description: 'Cast iron' }],
  });
});

test('a product without an English name keeps its Japanese one', async () => {
  const { index } = make({ hits: [{ ...hit, nameEn: '', descriptionEn: '' }] });
  expect(await searchProducts(searchQuery.parse({}), 'en', index)).toMatchObject({
    items: [{ name: '急須' }],
  });
});

test('parameters become the search', () => {
  const query = searchQuery.parse({
    q: ' pot ',
    category: 'kitchen',
    minPrice: '100',
    maxPrice: '900',
    inStock: 'true',
    page: '3',
    pageSize: '10',
  });
  const request = searchRequest(query, 'en');
  expect(request).toMatchObject({ from: 20, size: 10 });
  expect(request.query).toEqual({
    bool: {
      must: [{ multi_match: expect.objectContaining({ query: 'pot', operator: 'and' }) }],
      filter: [{ exists: { field: 'category' } }, { term: { inStock: true } }],
    },
  });
  expect(request.post_filter).toEqual({
    bool: { filter: [{ term: { category: 'kitchen' } }, { range: { price: { gte: 100, lte: 900 } } }] },
  });
});

test.each([
  ['price_asc', { price: 'asc' }],
  ['price_desc', { price: 'desc' }],
  ['newest', { createdAt: 'desc' }],
  ['relevance', { _score: 'desc' }],
])('%s sorts, with a tie-breaker', (sort, first) => {
  const { sort: by } = searchRequest(searchQuery.parse({ sort }), 'ja');
  expect(by[0]).toEqual(first);
  expect(by.at(-1)).toEqual({ productId: 'asc' });
});

test('nothing to look for is everything', () => {
  expect(searchRequest(searchQuery.parse({}), 'ja').query).toEqual({
    bool: { must: [{ match_all: {} }], filter: [{ exists: { field: 'category' } }] },
  });
});

test.each([
  [{ page: '0' }],
  [{ page: 'x' }],
  [{ pageSize: '101' }],
  [{ page: '9999', pageSize: '100' }],
  [{ minPrice: '-1' }],
  [{ minPrice: '5', maxPrice: '4' }],
  [{ minPrice: '1.5' }],
  [{ sort: 'best' }],
  [{ inStock: 'yes' }],
  [{ q: 'x'.repeat(201) }],
  [{ category: '' }],
])('%j is refused', (value) => {
  expect(searchQuery.safeParse(value).success).toBe(false);
});
