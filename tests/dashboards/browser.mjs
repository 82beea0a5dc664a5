// A Chromium without a window, told what to do over its pipe.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function withBrowser(work) {
  const profile = mkdtempSync(join(tmpdir(), 'duly-chromium-'));
  const child = spawn(process.env.CHROMIUM ?? 'chromium', [
    '--headless=new', '--remote-debugging-pipe', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars', '--no-first-run',
    '--disable-background-networking', '--font-render-hinting=none', '--force-color-profile=srgb', '--lang=en-US', `--user-data-dir=${profile}`, 'about:blank',
  ], { detached: true, stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], env: { ...process.env, TZ: 'UTC' } });
  const waiting = new Map();
  let said = '', rest = '', next = 1;
  child.stderr.on('data', (data) => { said = (said + data).slice(-4000); });
  child.stdio[4].on('data', (data) => {
    const messages = (rest + data).split('\0');
    rest = messages.pop();
    for (const message of messages.map((text) => JSON.parse(text))) {
      const { resolve, reject } = waiting.get(message.id) ?? {};
      waiting.delete(message.id);
      if (message.error) reject?.(new Error(message.error.message));
      else resolve?.(message.result);
    }
  });
  const ended = new Promise((_, reject) => {
    const gone = (why) => reject(new Error(`chromium ended: ${why}\n${said}`));
    child.once('error', gone);
    child.once('exit', gone);
  });
  ended.catch(() => {});
  const send = (method, params = {}, sessionId) => {
    const id = next++;
    child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return Promise.race([ended, new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))]);
  };
  try {
    return await work(send);
  } finally {
    child.removeAllListeners('exit');
    const isThere = child.pid && child.exitCode === null && child.signalCode === null;
    const gone = isThere && new Promise((resolve) => child.once('exit', resolve));
    try {
      // All of its processes, which are a group of their own: one that is left would go on writing its profile.
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // None is left, or none has begun: that was told already.
    }
    await gone;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A page from a file: a function that works out an expression there once it has `name`, and one that tells the browser. */
export async function pageOf(send, path, name) {
  const { targetId } = await send('Target.createTarget', { url: `file://${path}` });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const tell = (method, params) => send(method, params, sessionId);
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await tell('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  // The page before this one answers as well.
  const begun = Date.now();
  while (!(await evaluate(`document.readyState === 'complete' && '${name}' in window`))) {
    if (Date.now() - begun > 30_000) throw new Error(`${path} does not get ready`);
  }
  return { evaluate, tell };
}
