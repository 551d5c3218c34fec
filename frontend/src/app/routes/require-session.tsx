import { Navigate, Outlet, useLocation } from 'react-router';
import { ErrorState, Loading } from '../../components/ui/states';
import { useSessionStore } from '../../features/auth/api/session-store';

/** Sends a guest to sign in, and back to where they wanted to go; who cannot be known now is not sent away. */
export function RequireSession() {
  const { status, trouble, restore } = useSessionStore();
  const { pathname, search } = useLocation();
  if (status === 'unknown') {
    if (!trouble) return <Loading />;
    return <ErrorState error={trouble} onRetry={() => void restore().catch(() => undefined)} />;
  }
  if (status === 'guest') return <Navigate to="/login" replace state={{ from: pathname + search }} />;
  return <Outlet />;
}
