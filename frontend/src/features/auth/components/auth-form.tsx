import { emailAddress, personName, text } from '@yorozu/service-kit/text';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { Button } from '../../../components/ui/button';
import { useFieldText } from '../../../components/ui/error-text';
import { Field } from '../../../components/ui/field';
import { FormError } from '../../../components/ui/states';
import { markFields, problemFields } from '../../../lib/forms/problem-fields';
import { schemaResolver } from '../../../lib/forms/schema-resolver';
import { useSessionStore } from '../api/session-store';

const loginSchema = z.object({ email: text(1, 254), password: z.string().min(1), name: z.string() });
const registerSchema = z.object({ email: emailAddress, password: z.string().min(1), name: personName });
type Fields = z.input<typeof registerSchema>;

const names = ['name', 'email', 'password'] as const;

/** Sign in or sign up. */
export function AuthForm({ mode }: { readonly mode: 'login' | 'register' }) {
  const { t } = useTranslation();
  const fieldText = useFieldText();
  const { login, register: signUp } = useSessionStore();
  const { register, handleSubmit, setError, formState } = useForm<Fields>({
    defaultValues: { email: '', password: '', name: '' },
    resolver: schemaResolver(mode === 'login' ? loginSchema : registerSchema),
  });
  const [failure, setFailure] = useState<unknown>();
  const { marked, rest } = problemFields(failure, names);
  const errorOf = (name: keyof Fields): string | undefined =>
    fieldText(formState.errors[name]?.message, name);

  const submit = handleSubmit(async ({ email, password, name }) => {
    setFailure(undefined);
    try {
      await (mode === 'login' ? login({ email, password }) : signUp({ email, password, name }));
    } catch (error) {
      setFailure(error);
      markFields(problemFields(error, names).marked, setError);
    }
  });

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-5">
      {/* What stands at a field is not said twice. */}
      {(marked.length === 0 || rest.length > 0) && <FormError error={failure} rest={rest} />}
      {mode === 'register' && (
        <Field label={t('auth.name')} autoComplete="name" error={errorOf('name')} {...register('name')} />
      )}
      <Field
        label={t('auth.email')}
        type="email"
        autoComplete="email"
        error={errorOf('email')}
        {...register('email')}
      />
      <Field
        label={t('auth.password')}
        type="password"
        autoComplete={mode === 'login' ? 'current-password' : 'new-password'}
        hint={mode === 'register' ? t('auth.passwordHint') : undefined}
        error={errorOf('password')}
        {...register('password')}
      />
      <Button type="submit" busy={formState.isSubmitting}>
        {t(mode === 'login' ? 'auth.submitLogin' : 'auth.submitRegister')}
      </Button>
    </form>
  );
}
