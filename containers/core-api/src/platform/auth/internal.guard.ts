import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Env } from '../env';
import { UnauthenticatedError } from '../errors';
import { ENV } from '../tokens';

/** Lets in who knows INTERNAL_TOKEN, the secret shared with our own functions. */
@Injectable()
export class InternalGuard implements CanActivate {
  private readonly wanted: Buffer;

  constructor(@Inject(ENV) env: Env) {
    this.wanted = digest(`Bearer ${env.INTERNAL_TOKEN}`);
  }

  canActivate(context: ExecutionContext): boolean {
    const { authorization = '' } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    // Digests have one length, so that the comparison tells nothing about the secret's.
    if (timingSafeEqual(digest(authorization), this.wanted)) return true;
    throw new UnauthenticatedError('This is for the shop itself');
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Only our own functions. */
export const InternalOnly = () => UseGuards(InternalGuard);
