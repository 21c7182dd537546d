import { defineConfig, devices } from '@playwright/test';

// The flags keep Chromium from talking to anybody but the shop and its provider.
const launchOptions = {
  executablePath: process.env.MADANG_CHROMIUM || '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

const desk = { viewport: { width: 1280, height: 900 } };
const phone = {
  viewport: { width: 390, height: 844 },
  userAgent: devices['Pixel 7'].userAgent,
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

/** A test runs in every project whose name it bears as a tag. */
const project = (name: string, use: object) => ({ name, use, grep: new RegExp(`@${name}(?![-\\w])`) });

export default defineConfig({
  testDir: '.',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: { locale: 'ko-KR', timezoneId: 'Asia/Seoul', launchOptions, actionTimeout: 10_000, navigationTimeout: 10_000, trace: 'retain-on-failure' },
  projects: process.env.MADANG_SCREENS
    ? [project('screens', desk)]
    : [
        project('desk', desk),
        project('phone', phone),
        project('desk-plain', { ...desk, javaScriptEnabled: false }),
        project('phone-plain', { ...phone, javaScriptEnabled: false }),
      ],
});
