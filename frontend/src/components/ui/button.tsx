import { clsx } from 'clsx';
import type { ButtonHTMLAttributes } from 'react';

const looks = {
  primary: 'bg-indigo text-white hover:bg-indigo-deep disabled:bg-muted/50',
  quiet: 'border border-line bg-card hover:border-indigo hover:text-indigo disabled:text-muted/60',
  danger: 'border border-shu text-shu bg-card hover:bg-shu hover:text-white',
} as const;

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: keyof typeof looks;
  /** Shows that something is under way and takes no second click. */
  readonly busy?: boolean;
}

export const buttonClass = (look: keyof typeof looks, className?: string): string =>
  clsx(
    'inline-flex min-h-11 items-center justify-center gap-2 rounded-lg px-5 py-2 font-medium transition-colors disabled:cursor-not-allowed aria-disabled:cursor-progress aria-disabled:opacity-70',
    looks[look],
    className,
  );

export function Button({
  look = 'primary',
  busy = false,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      // Not `disabled`: that would take the focus away from who has just pressed it.
      aria-disabled={busy || undefined}
      aria-busy={busy}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={buttonClass(look, className)}
    >
      {busy && (
        <span
          aria-hidden
          className="size-4 animate-spin rounded-full border-2 border-current border-t-transparent"
        />
      )}
      {children}
    </button>
  );
}
