import { create } from 'zustand';

export const guest = 'guest';

/** Who is here, as far as it is known: a user's id, {@link guest}, or undefined until the shop has been asked. */
export const useIdentity = create<{ readonly who: string | undefined }>(() => ({ who: undefined }));

export function identify(who: string | undefined): void {
  useIdentity.setState({ who });
}

/** Calls back when somebody comes or leaves. Returns how to stop. */
export function onIdentityChange(
  listener: (now: string | undefined, before: string | undefined) => void,
): () => void {
  return useIdentity.subscribe((now, before) => {
    if (before.who !== now.who) listener(now.who, before.who);
  });
}

/** The start of the query key of everything that belongs to one person. */
export const personalKey = (who: string | undefined): readonly ['personal', string] => [
  'personal',
  who ?? 'unknown',
];
