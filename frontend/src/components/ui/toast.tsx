import { create } from 'zustand';

const useToasts = create<{ readonly text: string | undefined; readonly number: number }>(() => ({
  text: undefined,
  number: 0,
}));
let timer: ReturnType<typeof setTimeout> | undefined;

/** A short message at the bottom; it is read out and goes by itself. */
export function toast(text: string): void {
  useToasts.setState(({ number }) => ({ text, number: number + 1 }));
  clearTimeout(timer);
  timer = setTimeout(() => useToasts.setState({ text: undefined }), 3_500);
}

export function Toaster() {
  const { text, number } = useToasts();
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-6 z-20 flex justify-center px-4"
    >
      {text && (
        <p key={number} className="rounded-full bg-ink px-6 py-3 text-sm text-white shadow-lg">
          {text}
        </p>
      )}
    </div>
  );
}
