import { expect, open, test } from "../support/test.ts";

/** What the first visit may cost over the wire: HTML, styles, pictures, JavaScript and WASM, compressed. */
const FIRST_VISIT_BYTES_MAX = 320_000;

test("the first visit is light", async ({ page }) => {
  const devTools = await page.context().newCDPSession(page);
  const urls = new Map<string, string>();
  const sizes = new Map<string, number>();
  devTools.on("Network.responseReceived", ({ requestId, response }) => urls.set(requestId, response.url));
  devTools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
  await devTools.send("Network.enable");
  await open(page, "/");
  await page.waitForLoadState("networkidle");

  const files = [...sizes]
    .map(([id, size]) => ({ url: new URL(urls.get(id) ?? "about:blank"), size }))
    // What came inside another file (`data:`) has been counted there.
    .filter(({ url }) => url.protocol === "http:")
    .map(({ url, size }) => ({ path: url.pathname, size }));
  const total = files.reduce((sum, file) => sum + file.size, 0);
  for (const { path, size } of files.sort((one, another) => another.size - one.size)) console.log(`${size} bytes ${path}`);
  console.log(`${total} bytes for the first visit`);
  expect(files.some((file) => file.path.endsWith(".wasm"))).toBe(true);
  expect(total).toBeLessThanOrEqual(FIRST_VISIT_BYTES_MAX);
});

test("built files are compressed and kept for ever", async ({ page, request }) => {
  await page.goto("/");
  const html = await page.content();
  const files = [...new Set(html.match(/\/pkg\/[\w.-]+/g))];
  expect(files.map((file) => file.split(".").at(-1)).sort()).toEqual(["css", "js", "wasm"]);
  for (const file of files) {
    const answer = await request.get(file, { headers: { "accept-encoding": "br" } });
    expect(answer.status(), file).toBe(200);
    expect(answer.headers(), file).toMatchObject({
      "cache-control": "public, max-age=31536000, immutable",
      "content-encoding": "br",
    });
  }
});

test("a page's policy lets nothing in that the page did not bring, with a nonce of its own", async ({ request }) => {
  const policies = [];
  for (const path of ["/", "/", "/no-such-perch"]) {
    const headers = (await request.get(path)).headers();
    expect(headers).toMatchObject({
      "cache-control": "private, no-cache",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "same-origin",
    });
    policies.push(headers["content-security-policy"] ?? "");
  }
  for (const policy of policies) {
    expect(policy.replace(/nonce-[\w-]{22,}/, "nonce-…").split("; ")).toEqual([
      "default-src 'self'",
      "script-src 'strict-dynamic' 'nonce-…' 'wasm-unsafe-eval'",
      "style-src 'self'",
      "img-src 'self' blob: data:",
      "connect-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'self'",
    ]);
  }
  expect(new Set(policies).size).toBe(policies.length);
});
