import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';
import { ja } from './ja';

export const languages = ['ja', 'en'] as const;
export type Language = (typeof languages)[number];

const stored = 'yorozu.language';

function initial(): Language {
  const kept = localStorage.getItem(stored);
  if (kept === 'ja' || kept === 'en') return kept;
  return navigator.language.startsWith('ja') ? 'ja' : 'en';
}

void i18next.use(initReactI18next).init({
  lng: initial(),
  fallbackLng: 'ja',
  showSupportNotice: false,
  resources: { ja: { translation: ja }, en: { translation: en } },
  interpolation: { escapeValue: false },
});
document.documentElement.lang = i18next.language;
document.title = i18next.t('shop');

i18next.on('languageChanged', (language) => {
  localStorage.setItem(stored, language);
  document.documentElement.lang = language;
  document.title = i18next.t('shop');
});
