import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { RouterProvider, type RouterProviderProps } from 'react-router';
import { Toaster } from '../components/ui/toast';
import { useSessionStore } from '../features/auth/api/session-store';
import { forgetLegacy } from '../lib/storage';
import { forgetWhoLeft } from './forget-who-left';
import { LiveProvider } from './live-provider';

interface AppProps {
  readonly router: RouterProviderProps['router'];
  readonly queries: QueryClient;
}

export function App({ router, queries }: AppProps) {
  const restore = useSessionStore((state) => state.restore);
  useEffect(() => forgetWhoLeft(queries), [queries]);
  useEffect(() => {
    forgetLegacy();
    // What went wrong is in the store, and tried again.
    restore().catch(() => undefined);
  }, [restore]);
  return (
    <QueryClientProvider client={queries}>
      <LiveProvider>
        <RouterProvider router={router} />
        <Toaster />
      </LiveProvider>
    </QueryClientProvider>
  );
}
