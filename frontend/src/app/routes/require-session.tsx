import { Navigate, Outlet, useLocation } from 'react-router';
import { Loading } from '../../components/ui/states';
import { useSessionStore } from '../../features/auth/api/session-store';

/** Sends a guest to sign in, and back to where they wanted to go. */
export function RequireSession() {
  const status = useSessionStore((state) => state.status);
  const { pathname, search } = useLocation();
  if (status === 'unknown') return <Loading />;
  if (status === 'guest') return <Navigate to="/login" replace state={{ from: pathname + search }} />;
  return <Outlet />;
}
