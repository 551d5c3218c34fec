import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { z } from 'zod';
import { kept } from '../lib/storage';
import { en } from './en';
import { ja } from './ja';

export const languages = ['ja', 'en'] as const;
export type Language = (typeof languages)[number];

const chosen = kept('localStorage', 'yorozu.language', z.enum(languages));
const preferred: Language = navigator.language.startsWith('ja') ? 'ja' : 'en';

void i18next.use(initReactI18next).init({
  lng: chosen.read() ?? preferred,
  fallbackLng: 'ja',
  showSupportNotice: false,
  resources: { ja: { translation: ja }, en: { translation: en } },
  interpolation: { escapeValue: false },
});
document.documentElement.lang = i18next.language;
document.title = i18next.t('shop');

i18next.on('languageChanged', (language) => {
  chosen.write(language as Language);
  document.documentElement.lang = language;
  document.title = i18next.t('shop');
});
