import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { RouterProvider } from 'react-router';
import { Toaster } from '../components/ui/toast';
import { useSessionStore } from '../features/auth/api/session-store';
import { LiveProvider } from './live-provider';
import { queryClient } from './query-client';
import { router } from './router';

export function App() {
  const restore = useSessionStore((state) => state.restore);
  useEffect(() => void restore(), [restore]);
  return (
    <QueryClientProvider client={queryClient}>
      <LiveProvider>
        <RouterProvider router={router} />
        <Toaster />
      </LiveProvider>
    </QueryClientProvider>
  );
}
