import { z } from 'zod';
import { line, text } from '@yorozu/service-kit/text';
import { pageQuery } from '@yorozu/service-kit/query';

export const productSorts = ['newest', 'price_asc', 'price_desc', 'popular'] as const;
export type ProductSort = (typeof productSorts)[number];

export const productListQuery = z.object({
  category: text(1, 100).optional(),
  sort: z.enum(productSorts).default('newest'),
  ...pageQuery,
});
export type ProductListQuery = z.output<typeof productListQuery>;

const imageUrl = z
  .string()
  .max(500)
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    message: 'must be an http(s) URL',
  });

/** Body of POST and PUT: the whole product. `price` is in whole yen, at most what DECIMAL(10,2) holds. */
export const productInput = z.object({
  name: line(1, 255),
  nameEn: line(0, 255).default(''),
  description: text(0, 10_000).default(''),
  descriptionEn: text(0, 10_000).default(''),
  price: z.number().int().min(0).max(99_999_999),
  currency: z.literal('JPY').default('JPY'),
  category: line(1, 100),
  imageUrl: imageUrl.nullable().default(null),
});
export type ProductInput = z.output<typeof productInput>;

export const imageTypes = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/avif': 'avif',
} as const;
export type ImageType = keyof typeof imageTypes;

export const maximumImageBytes = 5 * 1024 * 1024;

export const imageUploadInput = z.object({
  contentType: z.enum(Object.keys(imageTypes) as [ImageType, ...ImageType[]]),
  /** Exact size of the file in bytes; the upload must have it. */
  size: z.number().int().min(1).max(maximumImageBytes),
});
export type ImageUploadInput = z.output<typeof imageUploadInput>;

export const productResponse = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  price: z.int().describe('Smallest unit of the currency (JPY: yen)'),
  currency: z.string(),
  category: z.string(),
  imageUrl: z.string().nullable(),
  available: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export const productDetailResponse = productResponse.extend({
  rating: z.object({ average: z.number(), count: z.int() }),
});

/** The back office sees both languages. */
export const productAdminResponse = productResponse.extend({
  nameEn: z.string(),
  descriptionEn: z.string(),
  version: z.int().describe('Goes up with every change of the product'),
  stockVersion: z.int().describe('Goes up with every change of its stock'),
});

export const imageUploadResponse = z.object({
  uploadUrl: z.url().describe('PUT the file here with exactly these headers'),
  headers: z.record(z.string(), z.string()),
  imageUrl: z.url().describe('Where the picture is afterwards; store it with PUT /api/products/{id}'),
  expiresIn: z.int().describe('Seconds'),
});
