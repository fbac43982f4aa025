import type { Page } from "@playwright/test";

import { expectNoBarrier } from "../support/barriers.ts";
import { request } from "../support/deliveries.ts";
import { daysAgo, written } from "../support/figures.ts";
import { become } from "../support/people.ts";
import { expect, forgetStatus, hydrated, open, test } from "../support/test.ts";

// It has days of work behind it.
test.use({ installation: "demo" });

const ANALYTICS = "/analytics";

interface CompanyDay {
  day: string;
  total_assign_fee: number;
  total_resolve_price: number;
  income: number;
  negative_balance_account_count: number;
  most_expensive: { task_id: number; resolve_price: number } | null;
}

interface Period {
  from: string;
  to: string;
  most_expensive: CompanyDay["most_expensive"];
}

const told = async <Answer>(page: Page, path: string) => (await (await request(page).get(`/api/v1/analytics/${path}`)).json()) as Answer;

/** The bars of a chart. */
const bars = (page: Page, name: string) => page.getByRole("group", { name, exact: true }).locator(".chart-bar");

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("a manager sees how the company is doing, as figures, as charts and in tables", async ({ page }) => {
      await page.goto("/login");
      await page.getByRole("button", { name: "Log in as Hernando" }).click();
      await page.goto("/tasks");
      await page.getByRole("banner").getByRole("link", { name: "Analytics" }).click();
      await expect(page).toHaveURL(ANALYTICS);

      const [from, to] = [daysAgo(7), daysAgo(-1)];
      await page.getByLabel("From", { exact: true }).fill(from);
      await page.getByLabel("To", { exact: true }).fill(to);
      await page.getByLabel("Most expensive tasks", { exact: true }).selectOption("week");
      await page.getByRole("button", { name: "Show" }).click();
      await expect(page).toHaveURL(`${ANALYTICS}?from=${from}&to=${to}&by=week`);

      const range = await told<{ days: CompanyDay[]; income: number }>(page, `range?from=${from}&to=${to}`);
      expect(range.days.map(({ day }) => day)).toEqual(Array.from({ length: 9 }, (_, index) => daysAgo(7 - index)));
      expect(range.income).not.toBe(0);
      // The ledger's own income says the same.
      const ledger = (await (await request(page).get(`/api/v1/income?from=${from}&to=${to}`)).json()) as { days: CompanyDay[] };
      expect(range.days.map(({ income }) => income)).toEqual(ledger.days.map(({ income }) => income));

      const today = range.days[7];
      const figures = page.locator("[data-live] .figure");
      await expect(figures).toHaveText([
        written(today?.income ?? NaN),
        String(today?.negative_balance_account_count),
        today?.most_expensive ? written(today.most_expensive.resolve_price) : "None yet",
      ]);

      const days = page.getByRole("region", { name: "The days in figures" }).getByRole("row");
      await expect(days).toHaveCount(11);
      for (const [index, day] of range.days.entries()) {
        const amounts = [day.total_assign_fee, day.total_resolve_price, day.income].map(written);
        // The newest come first, below the heads.
        await expect(days.nth(9 - index).getByRole("cell")).toHaveText([...amounts, String(day.negative_balance_account_count)]);
        const shown = day.day > daysAgo(0) ? "still to come" : written(day.income);
        await expect(bars(page, "Income by day").nth(index)).toHaveAccessibleName(new RegExp(`: ${shown}$`));
      }

      const periods = await told<Period[]>(page, `remarkable?from=${from}&to=${to}&by=week`);
      const weeks = page.getByRole("region", { name: "The most expensive tasks" }).getByRole("row");
      await expect(weeks).toHaveCount(1 + periods.length);
      for (const [index, { most_expensive }] of periods.entries()) {
        const week = weeks.nth(periods.length - index);
        if (most_expensive === null) await expect(week).toContainText("No task was finished");
        else {
          await expect(week).toContainText(written(most_expensive.resolve_price));
          await expect(week.getByRole("link", { name: new RegExp(`^#${most_expensive.task_id} .`) })).toBeVisible();
        }
      }
    });
  });
}

test("the charts can be reached and passed by keyboard, and show what a bar stands for", async ({ page }) => {
  await become(page, "Hernando");
  await open(page, `${ANALYTICS}?from=${daysAgo(6)}&to=${daysAgo(0)}&by=month`);
  await expectNoBarrier(page);
  await page.getByRole("link", { name: "A year", exact: true }).click();
  await hydrated(page);
  const income = bars(page, "Income by day");
  await expect(income).toHaveCount(365);
  await income.last().focus();
  await expect(income.last().locator(".chart-tip")).toBeVisible();
  await expect(income.first().locator(".chart-tip")).toBeHidden();

  // Labels do not meet, however many days there are.
  const labels = await page.getByRole("group", { name: "Income by day", exact: true }).locator(".chart-label[text-anchor=middle]").all();
  const boxes = await Promise.all(labels.map((label) => label.boundingBox()));
  expect(boxes.length).toBeGreaterThan(5);
  for (const [index, box] of boxes.slice(1).entries()) {
    const before = boxes[index];
    expect(box?.x ?? NaN).toBeGreaterThan((before?.x ?? NaN) + (before?.width ?? NaN));
  }

  await page.getByRole("button", { name: "Show" }).focus();
  await page.keyboard.press("Tab");
  const past = page.getByRole("link", { name: "Skip the chart, to the figures" }).first();
  await expect(past).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#days-table$/);
});

test("the figures of today follow what happens", async ({ page, browser, program }) => {
  await become(page, "Hernando");
  await open(page, ANALYTICS);
  const income = page.locator("[data-live] .figure").first();
  const before = (await told<CompanyDay>(page, "day")).income;
  await expect(income).toHaveText(written(before));
  const worker = await (await browser.newContext({ baseURL: program.address })).newPage();
  await become(worker, "Mango");
  expect((await request(worker).post("/api/v1/tasks", { data: { title: "Crack a nut" } })).status()).toBe(201);
  await expect(income).not.toHaveText(written(before));
  const now = (await told<CompanyDay>(page, "day")).income;
  expect(now).toBeGreaterThan(before);
  await expect(income).toHaveText(written(now));
  await worker.context().close();
});

test("the figures can be downloaded, bad days are told, and it is for managers only", async ({ page, complaints }) => {
  await become(page, "Hernando");
  const csv = await request(page).get(`/api/v1/analytics/range.csv?from=${daysAgo(7)}&to=${daysAgo(0)}`);
  expect(csv.headers()["content-disposition"]).toBe('attachment; filename="company.csv"');
  const lines = (await csv.text()).trim().split("\n");
  expect(lines).toHaveLength(9);
  expect(lines[0]).toMatch(/^day,total_assign_fee,total_resolve_price,income,negative_balance_accounts,/);

  for (const [query, words] of [
    ["from=2024-01-01&to=2026-01-01", "choose at most 366 days"],
    ["from=2026-03-01&to=2026-01-01", "The first day is after the last one"],
    ["from=soon", "2026-11-23"],
  ] as const) {
    await open(page, `${ANALYTICS}?${query}`);
    await expect(page.getByRole("alert")).toContainText(words);
    // How the company is doing today is told all the same.
    await expect(page.locator("[data-live] .figure")).toHaveCount(3);
    expect((await request(page).get(`/api/v1/analytics/range?${query}`)).status()).toBe(422);
  }
  expect((await request(page).get("/api/v1/analytics/remarkable?by=decade")).status()).toBe(422);
  expect((await page.goto("/analytics/rebuild"))?.status()).toBe(403);
  expect((await request(page).post("/api/v1/analytics/rebuild")).status()).toBe(403);

  for (const name of ["Penelope", "Mango"]) {
    await become(page, name);
    await expect(page.getByRole("banner").getByRole("link", { name: "Analytics" })).toBeHidden();
    expect((await page.goto(ANALYTICS))?.status()).toBe(403);
    for (const path of ["day", "range", "range.csv", "remarkable", "rebuild"]) {
      expect((await request(page).get(`/api/v1/analytics/${path}`)).status()).toBe(403);
    }
  }
  forgetStatus(complaints, 403);
});

test("an administrator rebuilds the figures", async ({ page, program }) => {
  await become(page, "Ada");
  await open(page, ANALYTICS);
  await page.getByRole("link", { name: "Rebuild the figures" }).click();
  await expect(page.getByText("The figures were never rebuilt.")).toBeVisible();
  await page.getByRole("button", { name: "Rebuild" }).click();
  const rebuild = async () => (await told<{ status: string }>(page, "rebuild")).status;
  await expect.poll(rebuild).toBe("done");
  await page.reload();
  await expect(page.getByText(/The figures had been right\./)).toBeVisible();

  await program.sql("UPDATE analytics.company_data_by_day SET total_assign_fee = total_assign_fee + 1");
  await page.getByRole("button", { name: "Rebuild" }).click();
  await expect.poll(rebuild).toBe("done");
  await page.reload();
  await expect(page.getByRole("alert")).toContainText("The figures had been wrong and are right now.");
  await expectNoBarrier(page);
});
