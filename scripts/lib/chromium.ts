import { chromium, type Browser } from 'playwright-core';
import { ensureProgram } from './system';

/** A Chromium of the operating system, with a font that has Japanese glyphs. */
export function chromiumProgram(): string {
  return ensureProgram('chromium', { apt: ['chromium', 'fonts-noto-cjk'], brew: 'chromium' }, [
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]);
}

export function launchBrowser(): Promise<Browser> {
  const quiet = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--disable-quic',
  ];
  // Chromium's sandbox does not work for root.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: chromiumProgram(), args: [...quiet, ...root, '--disable-gpu'] });
}
