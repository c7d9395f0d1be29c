import { accessSync, constants } from 'node:fs';

/** The system's Chromium: what CHROMIUM names, else the one on the usual paths. */
export function chromiumPath() {
  const paths = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  for (const path of paths) {
    if (!path) continue;
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      if (path === process.env.CHROMIUM) throw new Error(`CHROMIUM=${path} is not a program`);
    }
  }
  throw new Error('There is no Chromium: run tools/setup, or name one with CHROMIUM=/path/to/it');
}
