import { expectNoBarrier } from "../support/barriers.ts";
import { request } from "../support/deliveries.ts";
import { daysAgo, written } from "../support/figures.ts";
import { become } from "../support/people.ts";
import { expect, forgetStatus, open, test } from "../support/test.ts";

// It has a week of income behind it.
test.use({ installation: "demo" });

const INCOME = "/accounting/income";

interface Income {
  days: { day: string; total_assign_fee: number; total_resolve_price: number; income: number }[];
  income: number;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("management sees the income of each day, as a chart and in figures", async ({ page }) => {
      await page.goto("/login");
      await page.getByRole("button", { name: "Log in as Hernando" }).click();
      await page.goto("/accounting");
      await expect(page).toHaveURL(INCOME);
      const [from, to] = [daysAgo(7), daysAgo(0)];
      await page.getByLabel("From", { exact: true }).fill(from);
      await page.getByLabel("To", { exact: true }).fill(to);
      await page.getByRole("button", { name: "Show" }).click();
      await expect(page).toHaveURL(`${INCOME}?from=${from}&to=${to}`);

      const told = (await (await request(page).get(`/api/v1/income?from=${from}&to=${to}`)).json()) as Income;
      expect(told.days.map(({ day }) => day)).toEqual(Array.from({ length: 8 }, (_, index) => daysAgo(7 - index)));
      expect(told.income).not.toBe(0);
      const rows = page.getByRole("row");
      await expect(rows).toHaveCount(9);
      for (const [index, day] of told.days.entries()) {
        const cells = rows.nth(1 + index).getByRole("cell");
        await expect(cells).toHaveText([day.total_assign_fee, day.total_resolve_price, day.income].map(written));
        await expect(page.locator(".chart-bar").nth(index)).toHaveAccessibleName(new RegExp(`: ${written(day.income)}$`));
      }
      await expect(page.locator("dl")).toContainText(written(told.income));
    });
  });
}

test("the income can be reached by keyboard, downloaded, and is for management only", async ({ page, complaints }) => {
  await become(page, "Penelope");
  await open(page, `${INCOME}?from=${daysAgo(7)}&to=${daysAgo(0)}`);
  await expectNoBarrier(page);
  await page.locator(".chart-bar").first().focus();
  await page.keyboard.press("Tab");
  await expect(page.locator(".chart-bar").nth(1)).toBeFocused();

  const csv = await request(page).get(`/api/v1/income.csv?from=${daysAgo(7)}&to=${daysAgo(0)}`);
  expect(csv.headers()["content-disposition"]).toBe('attachment; filename="income.csv"');
  const lines = (await csv.text()).trim().split("\n");
  expect(lines[0]).toBe("day,total_assign_fee,total_resolve_price,income");
  expect(lines).toHaveLength(9);

  await open(page, `${INCOME}?from=2026-01-01&to=2026-03-01`);
  await expect(page.getByRole("alert")).toContainText("choose at most 31 days");
  await open(page, `${INCOME}?from=2026-03-01&to=2026-01-01`);
  await expect(page.getByRole("alert")).toContainText("The first day is after the last one");
  await open(page, `${INCOME}?from=soon`);
  await expect(page.getByRole("alert")).toContainText("2026-11-23");
  for (const query of ["from=2026-01-01&to=2026-03-01", "from=2026-03-01&to=2026-01-01", "to=soon"]) {
    expect((await request(page).get(`/api/v1/income?${query}`)).status()).toBe(422);
  }

  await become(page, "Mango");
  expect((await page.goto(INCOME))?.status()).toBe(403);
  await expect(page.getByText("This needs another role: accountant, manager, administrator.")).toBeVisible();
  for (const path of ["income", "income.csv"]) expect((await request(page).get(`/api/v1/${path}`)).status()).toBe(403);
  await open(page, "/accounting");
  await expect(page.getByRole("link", { name: "The company’s income" })).toBeHidden();
  const log = await request(page).get("/api/v1/audit-log.csv");
  expect((await log.text()).split("\n")[0]).toBe("time,type,task_id,task,amount,balance_after");
  forgetStatus(complaints, 403);
});
