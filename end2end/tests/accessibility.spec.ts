import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Cookie, Page } from "@playwright/test";

import { publish, untilDone } from "../support/deliveries.ts";
import { enrol, showPhoto } from "../support/people.ts";
import { photoOf } from "../support/photo.ts";
import { createTask, news } from "../support/tasks.ts";
import { expect, forgetStatus, open, test } from "../support/test.ts";

test.use({ installation: "accessibility" });

/** Who looks at a page: somebody who may do everything, somebody who may do little, a parrot about to enrol, a stranger. */
type Visitor = "admin" | "worker" | "applicant" | "stranger";

/** Every page, and who sees it; later pages join this list. */
const PAGES: { name: string; path: string; visitor: Visitor }[] = [
  { name: "start page", path: "/", visitor: "stranger" },
  { name: "start page of an employee", path: "/", visitor: "admin" },
  { name: "page not found", path: "/no-such-perch", visitor: "stranger" },
  { name: "log-in", path: "/login", visitor: "stranger" },
  { name: "refused log-in", path: `/login?refused=${encodeURIComponent('"busy"')}`, visitor: "stranger" },
  { name: "enrolment", path: "/enrol", visitor: "applicant" },
  { name: "enrolment without a photo", path: "/enrol", visitor: "stranger" },
  { name: "people", path: "/admin/people", visitor: "admin" },
  { name: "payroll", path: "/admin/payroll", visitor: "admin" },
  { name: "audit", path: "/admin/audit", visitor: "admin" },
  { name: "queues", path: "/admin/queues", visitor: "admin" },
  { name: "all deliveries", path: "/admin/queues?status=any", visitor: "admin" },
  { name: "a delivery that is done", path: "/admin/queues/1", visitor: "admin" },
  { name: "a dead letter", path: "/admin/queues/5", visitor: "admin" },
  { name: "own tasks", path: "/tasks", visitor: "worker" },
  { name: "own tasks of somebody who is given none", path: "/tasks", visitor: "admin" },
  { name: "finished tasks", path: "/tasks?done", visitor: "worker" },
  { name: "income", path: "/accounting/income", visitor: "admin" },
  { name: "own account", path: "/accounting/own", visitor: "worker" },
  { name: "own account on another day", path: "/accounting/own?day=2026-01-31", visitor: "worker" },
  { name: "a task", path: "/tasks/1", visitor: "worker" },
  { name: "reassignment", path: "/tasks/reassign-runs", visitor: "admin" },
  { name: "dashboard", path: "/analytics?by=week", visitor: "admin" },
  { name: "rebuild of the figures", path: "/analytics/rebuild", visitor: "admin" },
  { name: "refused page", path: "/admin/people", visitor: "worker" },
];

const cookies: Record<Visitor, Cookie[]> = { admin: [], worker: [], applicant: [], stranger: [] };

test.beforeAll(async ({ browser, program }) => {
  const become = (visit: (page: Page) => Promise<void>) => cookiesAfter(browser, program.address, visit);
  cookies.admin = await become(async (page) =>
    enrol(page, await photoOf(page, 101), { name: "Alexandra the Grey of the upper branch", email: "alexandra@parrots.example" }),
  );
  cookies.worker = await become(async (page) => enrol(page, await photoOf(page, 102), { name: "Bo", email: "bo@parrots.example" }));
  // The worker is the only one who can be given it, and has something booked.
  await become(async (page) => {
    await page.context().addCookies(cookies.admin);
    await createTask(page, { title: "Squawk".repeat(33), description: "All of them.\nTwice." });
    await expect(news(page)).toContainText("went to Bo");
  });
  // The price, the fee, and what analytics hears of the fee.
  await untilDone(program, 4);
  const deadLetter = await publish(program, { kind: "task_assign", payload: { nonsense: "squawk".repeat(100) } });
  expect(deadLetter).toBe(5);
  await expect.poll(() => program.sql("SELECT status FROM bus.delivery WHERE delivery_id = 5")).toEqual(["dead"]);
  cookies.applicant = await become(async (page) => {
    await showPhoto(page, await photoOf(page, 103));
    await expect(page).toHaveURL("/enrol");
  });
});

for (const { name, path, visitor } of PAGES) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`${name}, ${colorScheme}: no serious barrier`, async ({ page, context, complaints }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await visit(context, page, path, visitor);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(serious.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }))).toEqual([]);
      forgetStatus(complaints, 403, 404);
    });
  }

  for (const locale of ["en-GB", "ru-RU"]) {
    test.describe(locale, () => {
      test.use({ locale, viewport: { width: 360, height: 740 } });

      test(`${name}: nothing sticks out, from a phone to a desk`, async ({ page, context, program, complaints }) => {
        // An employee's own language would win over the browser's.
        await context.addCookies([{ name: "locale", value: locale.slice(0, 2), url: program.address }]);
        await visit(context, page, path, visitor);
        for (const width of [360, 640, 830, 1000, 1240]) {
          await page.setViewportSize({ width, height: 740 });
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        }
        forgetStatus(complaints, 403, 404);
      });
    });
  }
}

async function visit(context: BrowserContext, page: Page, path: string, visitor: Visitor): Promise<void> {
  await context.addCookies(cookies[visitor]);
  await open(page, path);
  await expect(page).toHaveURL(path);
}

/** What a browser keeps after somebody has been here. */
async function cookiesAfter(browser: Browser, baseURL: string, visit: (page: Page) => Promise<void>): Promise<Cookie[]> {
  const context = await browser.newContext({ baseURL, locale: "en-GB" });
  try {
    await visit(await context.newPage());
    return await context.cookies();
  } finally {
    await context.close();
  }
}
