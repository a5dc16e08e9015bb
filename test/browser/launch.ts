import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** The system's own Chromium, where there is one. */
export const CHROMIUM = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium-headless-shell',
].find((path) => path !== undefined && existsSync(path))

/**
 * Starts Chromium without anything that calls home.
 *
 * @param isTogether whether one process serves all pages. Default: it does, since to start more takes longer than to show a page
 */
export function launchChromium(isTogether = true): Promise<Browser> {
  return chromium.launch({
    ...(CHROMIUM !== undefined && { executablePath: CHROMIUM }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // One process for what the others have in common.
      ...(isTogether ? ['--process-per-site'] : []),
      '--in-process-gpu',
      '--host-resolver-rules=MAP evil.test 127.0.0.1, MAP mock.test 127.0.0.1',
    ],
  })
}
