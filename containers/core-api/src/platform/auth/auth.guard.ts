import {
  Inject,
  Injectable,
  SetMetadata,
  UseGuards,
  applyDecorators,
  createParamDecorator,
} from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ForbiddenError, UnauthenticatedError } from '../errors';
import type { EndedSessions } from './ended-sessions';
import type { Principal } from './principal';
import type { TokenVerifier } from './token-verifier';

export const TOKEN_VERIFIER = Symbol('TokenVerifier');
export const ENDED_SESSIONS = Symbol('EndedSessions');

export interface AuthRule {
  /** `optional`: guests may come too, but a token that is sent must be valid. */
  readonly mode: 'required' | 'optional';
  readonly role?: string;
}
const AUTH_RULE = 'auth-rule';

@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(TOKEN_VERIFIER) private readonly verifier: TokenVerifier,
    @Inject(ENDED_SESSIONS) private readonly ended: EndedSessions,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.reflector.getAllAndOverride<AuthRule>(AUTH_RULE, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const header = request.headers.authorization;
    if (header === undefined) {
      if (rule.mode === 'optional') return true;
      throw new UnauthenticatedError('An access token is needed: Authorization: Bearer …');
    }
    const principal = await this.verifier.verify(bearerToken(header));
    if (principal.sessionId !== undefined && this.ended.has(principal.sessionId)) {
      throw new UnauthenticatedError('The session has ended', 'invalid_token');
    }
    if (rule.role !== undefined && !principal.roles.includes(rule.role)) {
      throw new ForbiddenError(`This needs the role ${rule.role}`);
    }
    request.user = principal;
    return true;
  }
}

/** RFC 6750 section 2.1. */
function bearerToken(header: string): string {
  const match = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header);
  if (!match?.[1])
    throw new UnauthenticatedError(
      'The Authorization header is not of the form Bearer token',
      'invalid_request',
    );
  return match[1];
}

function authenticated(rule: AuthRule): ClassDecorator & MethodDecorator {
  return applyDecorators(SetMetadata(AUTH_RULE, rule), UseGuards(AuthGuard));
}

/** Only signed-in users. */
export const SignedIn = () => authenticated({ mode: 'required' });
/** Guests and signed-in users. */
export const GuestOrSignedIn = () => authenticated({ mode: 'optional' });
/** Only users with the role. */
export const WithRole = (role: string) => authenticated({ mode: 'required', role });

/** The user of the request, on routes that need one. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { user } = context.switchToHttp().getRequest<FastifyRequest>();
  if (user === undefined) throw new UnauthenticatedError('An access token is needed');
  return user;
});
