import { defineConfig } from "@playwright/test";

/** The browser: Debian's, unless another one is named. */
const chromium = process.env["ATES_CHROMIUM"] ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // A test that passes at the second try has found something: it fails.
  retries: 0,
  // Each worker has a program and a database of its own.
  workers: 2,
  fullyParallel: false,
  forbidOnly: process.env["CI"] !== undefined,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    locale: "en-GB",
    // No trace: its snapshots fetch the pictures of a page by themselves, which our Content-Security-Policy forbids for previews.
    trace: "off",
    launchOptions: {
      executablePath: chromium,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
