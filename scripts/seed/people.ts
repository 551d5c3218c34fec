import { uuidFromName } from './random';

export interface DemoUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** Whether one can sign in (local runs only). */
  readonly signsIn: boolean;
}

const familyNames = ['佐藤', '鈴木', '高橋', '田中', '伊藤', '渡辺', '山本', '中村', '小林', '加藤'];
const givenNames = ['葵', '蓮', '陽菜', '湊'];

/** The two people of the README, and forty customers whose past orders make the history and the recommendations. */
export function demoUsers(): DemoUser[] {
  const person = (email: string, name: string, roles: string[], signsIn: boolean): DemoUser => ({
    id: uuidFromName(`user:${email}`),
    email,
    name,
    roles,
    signsIn,
  });
  const customers = familyNames.flatMap((family, f) =>
    givenNames.map((given, g) => {
      const number = String(f * givenNames.length + g + 1).padStart(2, '0');
      return person(`customer${number}@example.com`, `${family} ${given}`, [], false);
    }),
  );
  return [
    person('shopper@example.com', '山田 花子', [], true),
    person('admin@example.com', '管理者', ['admin'], true),
    ...customers,
  ];
}
