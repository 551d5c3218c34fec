import { render, type RenderResult } from '@testing-library/react';
import i18next from 'i18next';
import { createMemoryRouter } from 'react-router';
import { App } from '../app/app';
import { createQueryClient } from '../app/query-client';
import { routes } from '../app/router';
import { useSessionStore } from '../features/auth/api/session-store';
import { identify } from '../lib/identity';
import '../i18n';
import { json, type FakeShop } from './fake-shop';

export const hanako = { id: 'u-1', email: 'hanako@example.com', name: '山田 花子', roles: ['customer'] };
export const session = (user = hanako, accessToken = 'token-1') => ({ user, accessToken, expiresIn: 900 });

/** Somebody has signed in in this browser before, and their cookie is still good. */
export function signedIn(shop: FakeShop, user = hanako): void {
  localStorage.setItem('yorozu.signed-in', '1');
  shop.on('POST /api/auth/refresh', () => json(session(user)));
}

/** As a page that has just been opened: nothing in memory. Storage stays as it is. */
export function freshPage(): void {
  useSessionStore.setState({
    status: 'unknown',
    user: undefined,
    accessToken: undefined,
    trouble: undefined,
    logoutPending: false,
  });
  identify(undefined);
}

type Opened = RenderResult & { readonly router: ReturnType<typeof createMemoryRouter> };

/** The whole app at a path, in English. */
export async function renderApp(path: string, state?: unknown): Promise<Opened> {
  freshPage();
  await i18next.changeLanguage('en');
  const router = createMemoryRouter(routes, { initialEntries: [{ pathname: path, state }] });
  const queries = createQueryClient();
  return { router, ...render(<App router={router} queries={queries} />) };
}
