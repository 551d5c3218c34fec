import { useTranslation } from 'react-i18next';
import { Link, Navigate, useLocation } from 'react-router';
import { useSessionStore } from '../../features/auth/api/session-store';
import { AuthForm } from '../../features/auth/components/auth-form';

export function LoginPage() {
  return <SignIn mode="login" />;
}

export function RegisterPage() {
  return <SignIn mode="register" />;
}

function SignIn({ mode }: { readonly mode: 'login' | 'register' }) {
  const { t } = useTranslation();
  const location = useLocation();
  const status = useSessionStore((state) => state.status);
  const state = location.state as { from?: string } | null;
  const from = state?.from;
  if (status === 'signed-in') return <Navigate to={from ?? '/'} replace />;
  const other = mode === 'login' ? 'register' : 'login';
  return (
    <section className="mx-auto max-w-md rounded-3xl border border-line bg-card p-8">
      <h1 className="mb-6 text-2xl">{t(`auth.${mode}`)}</h1>
      <AuthForm key={mode} mode={mode} />
      <p className="mt-6 text-sm text-muted">
        {t(mode === 'login' ? 'auth.noAccount' : 'auth.haveAccount')}{' '}
        <Link to={`/${other}`} state={state} className="text-indigo underline">
          {t(`auth.${other}`)}
        </Link>
      </p>
      {mode === 'login' && process.env.NODE_ENV !== 'production' && (
        <p className="mt-3 text-xs text-muted">{t('auth.demo')}</p>
      )}
    </section>
  );
}
