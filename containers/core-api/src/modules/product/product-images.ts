import { randomUUID } from 'node:crypto';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Inject, Injectable } from '@nestjs/common';
import type { Env } from '../../platform/env';
import { ENV, S3 } from '../../platform/tokens';
import { ProductNotFoundError } from './errors';
import { ProductRepository } from './product.repository';
import { imageTypes, type ImageUploadInput } from './product.schemas';

const expiresIn = 300;

export interface ImageUpload {
  readonly uploadUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly imageUrl: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Uploads go from the browser straight to S3; the signature covers type and size, so nothing else can be put. */
@Injectable()
export class ProductImages {
  constructor(
    @Inject(ProductRepository) private readonly products: ProductRepository,
    @Inject(S3) private readonly s3: S3Client,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** Throws {@link ProductNotFoundError}. */
  async presign(productId: string, { contentType, size }: ImageUploadInput): Promise<ImageUpload> {
    if ((await this.products.find(productId)) === undefined) throw new ProductNotFoundError(productId);
    const key = `products/${productId}/${randomUUID()}.${imageTypes[contentType]}`;
    const command = new PutObjectCommand({
      Bucket: this.env.IMAGES_BUCKET,
      Key: key,
      ContentType: contentType,
      ContentLength: size,
    });
    const uploadUrl = await getSignedUrl(this.s3, command, {
      expiresIn,
      signableHeaders: new Set(['host', 'content-type', 'content-length']),
    });
    return { uploadUrl, headers: { 'content-type': contentType }, imageUrl: this.publicUrl(key), expiresIn };
  }

  private publicUrl(key: string): string {
    const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, IMAGES_BUCKET: bucket } = this.env;
    return endpoint === undefined
      ? `https://${bucket}.s3.${region}.amazonaws.com/${key}`
      : `${endpoint.replace(/\/$/, '')}/${bucket}/${key}`;
  }
}
