import { chromium } from "@playwright/test";
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const [who, locale, scheme, width] of [["mango","en-US","light",1280],["mango","ru-RU","dark",360],["hernando","en-US","light",1280],["hernando","ru-RU","dark",360],["penelope","en-US","dark",1280]]) {
  const context = await browser.newContext({ locale, colorScheme: scheme, viewport: { width, height: 900 }, baseURL: "http://127.0.0.1:3300" });
  const page = await context.newPage();
  page.on("console", m => { if (m.type() === "error" || m.type()==="warning") console.log(who, m.text()); });
  await page.goto("/login"); await page.locator(`button[value="${who}"]`).click();
  await page.waitForURL(u => !u.pathname.startsWith("/login"));
  await page.goto("/accounting"); await page.waitForSelector("html[data-hydrated]"); await page.waitForTimeout(800);
  console.log(who, page.url());
  const n = `/tmp/w/acc-${who}-${locale}-${scheme}-${width}`;
  await page.screenshot({ path: n + ".png", fullPage: true });
  if (who !== "hernando") {
    await page.goto("/accounting/own"); await page.waitForSelector("html[data-hydrated]"); await page.waitForTimeout(500);
    await page.locator('a[rel="prev"]').click(); await page.waitForTimeout(800);
    await page.screenshot({ path: n + "-prev.png", fullPage: true });
    const slip = page.locator('a[href*="pay-slips"]');
    if (await slip.count()) { await slip.click(); await page.waitForTimeout(800); await page.screenshot({ path: n + "-slip.png", fullPage: true });
      await page.emulateMedia({ media: "print" }); await page.screenshot({ path: n + "-print.png", fullPage: true }); await page.emulateMedia({ media: "screen" }); }
    await page.goto("/accounting/own"); await page.waitForTimeout(300);
    const t = page.locator('a[href^="/tasks/"]').first(); if (await t.count()) { await t.click(); await page.waitForTimeout(500); await page.screenshot({ path: n + "-task.png", fullPage: true }); }
  }
  await context.close();
}
await browser.close();
