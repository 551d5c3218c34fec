import { clsx } from 'clsx';
import { useId, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes } from 'react';

interface Labelled {
  readonly label: string;
  readonly error?: string | undefined;
  readonly hint?: string | undefined;
}

interface FieldProps extends Labelled, InputHTMLAttributes<HTMLInputElement> {
  readonly ref?: Ref<HTMLInputElement>;
}

interface SelectProps extends Labelled, SelectHTMLAttributes<HTMLSelectElement> {
  readonly ref?: Ref<HTMLSelectElement>;
}

const look = (error: string | undefined): string =>
  clsx('min-h-11 rounded-lg border bg-card px-3 py-2', error ? 'border-shu' : 'border-line');

/** A labelled input whose error is read out with it. */
export function Field({ label, error, hint, className, ...input }: FieldProps) {
  return (
    <Frame label={label} error={error} hint={hint} className={className}>
      {(attributes) => <input {...input} {...attributes} className={look(error)} />}
    </Frame>
  );
}

/** As {@link Field}, to choose from a list. */
export function Select({ label, error, hint, className, children, ...select }: SelectProps) {
  return (
    <Frame label={label} error={error} hint={hint} className={className}>
      {(attributes) => (
        <select {...select} {...attributes} className={look(error)}>
          {children}
        </select>
      )}
    </Frame>
  );
}

interface ControlAttributes {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

interface FrameProps extends Labelled {
  readonly className: string | undefined;
  readonly children: (attributes: ControlAttributes) => ReactNode;
}

function Frame({ label, error, hint, className, children }: FrameProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={clsx('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-invalid': error !== undefined,
        'aria-describedby': note === undefined ? undefined : `${id}-note`,
      })}
      {note !== undefined && (
        <p id={`${id}-note`} className={clsx('text-sm', error ? 'text-shu' : 'text-muted')}>
          {note}
        </p>
      )}
    </div>
  );
}
