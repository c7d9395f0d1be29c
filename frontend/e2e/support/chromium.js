import { accessSync, constants } from 'node:fs';

/** How tests start the system's Chromium: quiet towards the outside, and with further switches if any. */
export function chromium(...more) {
  return {
    executablePath: path(),
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', ...more,
    ],
  };
}

/** What CHROMIUM names, else the one on the usual paths. */
function path() {
  for (const candidate of [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']) {
    if (!candidate) continue;
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      if (candidate === process.env.CHROMIUM) throw new Error(`CHROMIUM=${candidate} is not a program`);
    }
  }
  throw new Error('There is no Chromium: run tools/setup, or name one with CHROMIUM=/path/to/it');
}
