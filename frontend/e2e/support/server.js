// Builds the programs and starts one demo for all tests, on a free port and in a folder of its own.
import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const deadline = 120_000; // ms, on a slow machine

export default async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'candor-e2e-'));
  for (const program of ['candor', 'logverify']) {
    execFileSync('go', ['build', '-o', join(folder, program), `./cmd/${program}`], { cwd: root, stdio: 'inherit' });
  }
  mkdirSync(join(folder, 'taken')); // which customers tests have to themselves
  const stop = await serve(folder);
  process.env.CANDOR_E2E = folder; // workers inherit it
  return async () => {
    await stop();
    rmSync(folder, { recursive: true });
  };
}

/** Starts the demo with its data in a folder of its own; answers how to stop it. The programs are those of `programs`. */
export async function serve(folder, { programs = folder, more = [] } = {}) {
  const data = join(folder, 'data');
  const log = join(folder, 'server.log');
  const server = spawn(join(programs, 'candor'), ['demo', '--addr', `127.0.0.1:${await freePort()}`, '--data', data, ...more]);
  const said = createWriteStream(log);
  server.stdout.pipe(said);
  server.stderr.pipe(said);
  const ended = new Promise((resolve) => server.once('exit', resolve));
  try {
    await ready(server, join(data, 'demo.json'));
  } catch (error) {
    server.kill('SIGKILL');
    throw new Error(`${error.message}\n${readFileSync(log, 'utf8')}`);
  }
  return async () => {
    server.kill('SIGTERM');
    await ended;
  };
}

/** Waits until demo.json is there and the server it names answers that it is ready. */
async function ready(server, path) {
  for (const end = Date.now() + deadline; Date.now() < end; await pause(50)) {
    if (server.exitCode !== null) throw new Error(`The demo ended with ${server.exitCode}`);
    try {
      const { base_url: base } = JSON.parse(readFileSync(path, 'utf8'));
      if ((await fetch(`${base}/readyz`)).ok) return;
    } catch {
      // not there yet
    }
  }
  throw new Error('The demo is not ready in time');
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
