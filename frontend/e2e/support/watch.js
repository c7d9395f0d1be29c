// What goes wrong inside a browser, wherever a test opens one.

/** Collects what goes wrong in a browser: requests to others, errors on the console, scripts that throw. */
export function watch(context, baseURL, expectedStatuses = []) {
  const wrong = [];
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== baseURL && protocol !== 'data:') wrong.push(`a request to ${request.url()}`);
  });
  context.on('console', (message) => {
    const text = message.text();
    const expected = expectedStatuses.some((status) => text.includes(`responded with a status of ${status}`)) || toolsKeptOut(text, baseURL);
    if (message.type() === 'error' && !expected) wrong.push(`the console says: ${text} (${message.location().url})`);
  });
  context.on('weberror', (error) => wrong.push(`a script threw: ${error.error().stack}`));
  return wrong;
}

/**
 * Whether a message says that a script was kept out of the frame in which staff see what customers will. The page in it has none
 * (TestPreview says so); those that are kept out are Playwright's own, which it brings into every frame.
 */
function toolsKeptOut(text, baseURL) {
  const [, page] = text.match(/^Blocked script execution in '([^']+)' because the document's frame is sandboxed/) ?? [];
  return page !== undefined && page.startsWith(baseURL) && /^\/staff\/notices\/[^/]+\/versions\/\d+\/preview$/.test(new URL(page).pathname);
}
