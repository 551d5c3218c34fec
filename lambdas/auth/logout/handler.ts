import { httpHandler } from '@yorozu/lambda-shared/http';
import { deps } from './deps';
import { logout } from './logout';

/** POST /api/auth/logout */
export const handler = httpHandler(async ({ cookies }) => {
  await logout(cookies.get(deps.cookie.name), deps);
  return { status: 204, cookies: [deps.cookie.clear()] };
}, deps.callers);
