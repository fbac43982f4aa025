import { AxeBuilder } from "@axe-core/playwright";

import { expect, open, test } from "../support/test.ts";

/** Every page; later pages join this list. */
const PAGES = [
  { name: "start page", path: "/" },
  { name: "page not found", path: "/no-such-perch" },
];

for (const { name, path } of PAGES) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`${name}, ${colorScheme}: no serious barrier`, async ({ page, complaints }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await open(page, path);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(serious.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }))).toEqual([]);
      forgetStatus(complaints);
    });
  }

  for (const locale of ["en-GB", "ru-RU"]) {
    test.describe(locale, () => {
      test.use({ locale, viewport: { width: 360, height: 740 } });

      test(`${name}: nothing sticks out on a phone`, async ({ page, complaints }) => {
        await open(page, path);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width).toBeLessThanOrEqual(360);
        forgetStatus(complaints);
      });
    });
  }
}

/** Chromium reports the status 404 of the page itself as an error. */
function forgetStatus(complaints: string[]): void {
  const others = complaints.filter((complaint) => !complaint.includes("status of 404"));
  complaints.splice(0, complaints.length, ...others);
}
