import type { z } from 'zod';

/**
 * What this browser keeps. Storage may be switched off, full, or hold what an older version or a person's hand left
 * there: what cannot be read is not there, and what cannot be written lives as long as the page.
 */
export interface Kept<T> {
  readonly read: () => T | undefined;
  readonly write: (value: T) => void;
  readonly remove: () => void;
}

type Area = 'localStorage' | 'sessionStorage';

const unwritten = new Map<string, string>();

export function kept<T>(area: Area, key: string, schema: z.ZodType<T>): Kept<T> {
  return {
    read: () => {
      const text = unwritten.get(key) ?? guarded(() => window[area].getItem(key));
      const parsed = schema.safeParse(guarded(() => (text ? (JSON.parse(text) as unknown) : undefined)));
      return parsed.success ? parsed.data : undefined;
    },
    write: (value) => {
      const text = JSON.stringify(value);
      const written = guarded(() => {
        window[area].setItem(key, text);
        return true;
      });
      if (written) unwritten.delete(key);
      else unwritten.set(key, text);
    },
    remove: () => forget((name) => name === key),
  };
}

const personal = 'yorozu.personal.';

/** As {@link kept}, for one person only: gone when that person is no longer here. */
export function keptFor<T>(who: string, area: Area, name: string, schema: z.ZodType<T>): Kept<T> {
  return kept(area, `${personal}${who}.${name}`, schema);
}

/** Removes what this browser keeps for anybody but `who`. */
export function forgetOthers(who: string | undefined): void {
  forget((key) => key.startsWith(personal) && (who === undefined || !key.startsWith(`${personal}${who}.`)));
}

/** Earlier versions kept the delivery address for whoever came next. */
export function forgetLegacy(): void {
  forget((key) => key === 'yorozu.address' || key === 'yorozu.order-attempt');
}

function forget(matches: (key: string) => boolean): void {
  for (const key of [...unwritten.keys()].filter(matches)) unwritten.delete(key);
  for (const area of ['localStorage', 'sessionStorage'] as const) {
    guarded(() => {
      for (const key of Object.keys(window[area]).filter(matches)) window[area].removeItem(key);
    });
  }
}

function guarded<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch {
    return undefined;
  }
}
