import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/ui/button';
import { Field } from '../../../components/ui/field';
import { FormError } from '../../../components/ui/states';
import { ApiError } from '../../../lib/api-client';
import { useSessionStore } from '../api/session-store';

interface Fields {
  email: string;
  password: string;
  name: string;
}

/** Sign in or sign up; `onDone` is called with a session. */
export function AuthForm({
  mode,
  onDone,
}: {
  readonly mode: 'login' | 'register';
  readonly onDone: () => void;
}) {
  const { t } = useTranslation();
  const { login, register: signUp } = useSessionStore();
  const { register, handleSubmit, setError, formState } = useForm<Fields>({
    defaultValues: { email: '', password: '', name: '' },
  });
  const [failure, setFailure] = useState<unknown>();
  const errors = formState.errors;

  const submit = handleSubmit(async ({ email, password, name }) => {
    setFailure(undefined);
    try {
      await (mode === 'login' ? login({ email, password }) : signUp({ email, password, name }));
      onDone();
    } catch (error) {
      setFailure(error);
      if (!(error instanceof ApiError)) return;
      for (const { path, message } of error.errors) {
        if (path === 'email' || path === 'password' || path === 'name') setError(path, { message });
      }
    }
  });

  const required = { required: t('checkout.required') };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-5">
      <FormError error={failure} />
      {mode === 'register' && (
        <Field
          label={t('auth.name')}
          autoComplete="name"
          error={errors.name?.message}
          {...register('name', required)}
        />
      )}
      <Field
        label={t('auth.email')}
        type="email"
        autoComplete="email"
        error={errors.email?.message}
        {...register('email', required)}
      />
      <Field
        label={t('auth.password')}
        type="password"
        autoComplete={mode === 'login' ? 'current-password' : 'new-password'}
        hint={mode === 'register' ? t('auth.passwordHint') : undefined}
        error={errors.password?.message}
        {...register('password', required)}
      />
      <Button type="submit" busy={formState.isSubmitting}>
        {t(mode === 'login' ? 'auth.submitLogin' : 'auth.submitRegister')}
      </Button>
    </form>
  );
}
