import { chromium } from "@playwright/test";
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const shots = [
  ["en", "light", 1100, "/analytics?by=week", "a1"],
  ["ru", "dark", 1100, "/analytics", "a2"],
  ["ru", "light", 360, "/analytics", "a3"],
  ["en", "dark", 360, "/analytics/rebuild", "a4"],
  ["ru", "light", 850, "/analytics/rebuild", "a5"],
];
for (const [locale, scheme, width, path, name] of shots) {
  const context = await browser.newContext({ baseURL: "http://127.0.0.1:3777", colorScheme: scheme, viewport: { width, height: 800 } });
  const page = await context.newPage();
  await page.goto("/login");
  await page.getByRole("button", { name: /Ada/ }).click();
  await page.waitForURL(/tasks/);
  await context.addCookies([{ name: "locale", value: locale, url: "http://127.0.0.1:3777" }]);
  await page.goto(path);
  await page.waitForTimeout(800);
  if (name === "a1") await page.locator(".chart-bar").nth(27).focus();
  await page.screenshot({ path: `/tmp/demo/${name}.png`, fullPage: true });
  await context.close();
}
await browser.close();
