import type { Locale } from '@yorozu/service-kit/locale';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly locale: Locale;
  readonly createdAt: string;
}
