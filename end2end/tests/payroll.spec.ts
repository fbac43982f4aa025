import { expectNoBarrier } from "../support/barriers.ts";
import { request } from "../support/deliveries.ts";
import { become } from "../support/people.ts";
import { expect, forgetStatus, hydrated, open, test } from "../support/test.ts";

// Its nights are behind it, and it has no mail server.
test.use({ installation: "demo" });

const PAYROLL = "/admin/payroll";

interface Run {
  day: string;
  status: string;
  accounts: number;
  paid: number;
  letters: number;
  unsent_letters: number;
}

test("an admin sees what each night has paid, and every letter about it", async ({ page }) => {
  await become(page, "Ada");
  await page.getByRole("banner").getByRole("link", { name: "Payroll" }).click();
  await expect(page).toHaveURL(PAYROLL);
  const runs = (await (await request(page).get("/api/v1/payroll-runs")).json()) as Run[];
  expect(runs.length).toBeGreaterThanOrEqual(6);
  const rows = page.getByRole("row");
  // The page shows a month of nights at once.
  const shown = runs.slice(0, 31);
  await expect(rows).toHaveCount(1 + shown.length);
  for (const run of runs) expect(run).toMatchObject({ status: "done", unsent_letters: 0, letters: run.accounts });
  for (const [index, run] of shown.entries()) {
    await expect(rows.nth(1 + index)).toContainText((run.paid / 100).toFixed(2));
    await expect(rows.nth(1 + index)).toContainText(`${run.letters} of ${run.letters}`);
  }
  await expectNoBarrier(page);

  const [newest] = runs;
  await rows.nth(1).getByRole("link").click();
  await expect(page).toHaveURL(`${PAYROLL}/${newest?.day}`);
  await hydrated(page);
  await expect(rows).toHaveCount(1 + (newest?.letters ?? 0));
  await expect(page.getByRole("heading", { level: 1 })).toContainText("done");
  await expectNoBarrier(page);

  const name = await rows.nth(1).getByRole("link").innerText();
  await rows.nth(1).getByRole("link").click();
  await hydrated(page);
  await expect(page.locator("pre")).toContainText(name);
  await expectNoBarrier(page);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toMatch(/^letter-\d+\.eml$/);
});

test("a run is started by hand only when its day is over, and never twice", async ({ page, complaints }) => {
  await become(page, "Ada");
  const [newest] = (await (await request(page).get("/api/v1/payroll-runs")).json()) as Run[];
  const start = async (day: string) => {
    await open(page, PAYROLL);
    await page.getByText("Start by hand").click();
    await page.getByLabel("Business day").fill(day);
    await page.getByRole("button", { name: "Start payroll" }).click();
  };
  await start("2999-12-31");
  await expect(page.getByRole("alert")).toContainText("This day has not ended yet");
  await start("2001-01-01");
  await expect(page.getByRole("alert")).toContainText("there is nothing to pay");
  await start(newest?.day ?? "");
  await expect(page.getByText(/Payroll of .* is started/)).toBeVisible();
  expect((await (await request(page).get("/api/v1/payroll-runs")).json()) as Run[]).toContainEqual(newest);
  forgetStatus(complaints, 409);
});

test("only admins see payroll, and what is not there is not found", async ({ page, complaints }) => {
  await become(page, "Mango");
  for (const path of [PAYROLL, `${PAYROLL}/2026-11-23`, `${PAYROLL}/2026-11-23/1`]) {
    expect((await page.goto(path))?.status()).toBe(403);
    await expect(page.getByText("This needs another role: administrator.")).toBeVisible();
  }
  for (const path of ["payroll-runs", "payroll-runs/2026-11-23/letters", "payroll-letters/1"]) {
    expect((await request(page).get(`/api/v1/${path}`)).status()).toBe(403);
  }
  expect((await request(page).put("/api/v1/payroll-runs/2026-11-23")).status()).toBe(403);

  await become(page, "Ada");
  for (const path of ["2001-01-01", "yesterday", "2026-11-23/99999", "2026-11-23/x"]) {
    expect((await page.goto(`${PAYROLL}/${path}`))?.status()).toBe(404);
  }
  const api = request(page);
  expect((await api.get("/api/v1/payroll-letters/99999")).status()).toBe(404);
  expect((await api.get("/api/v1/payroll-runs?before=soon")).status()).toBe(422);
  expect((await api.get("/api/v1/payroll-runs/2026-11-23/letters?after=x")).status()).toBe(422);
  expect((await api.put("/api/v1/payroll-runs/2999-12-31")).status()).toBe(409);
  forgetStatus(complaints, 403, 404);
});

test("an employee has a pay slip of each night, which says what was paid and can be printed", async ({ page }) => {
  await become(page, "Mango");
  await open(page, "/accounting/own");
  // Shortly after midnight yesterday is not paid yet.
  const dayBefore = page.getByRole("link", { name: "Day before" });
  const toYesterday = (await dayBefore.getAttribute("href")) ?? "";
  await dayBefore.click();
  await expect(page).toHaveURL(/day=/);
  const yesterday = page.url();
  // The address is there before the page: until then the link leads to where one is already.
  await expect(dayBefore).not.toHaveAttribute("href", toYesterday);
  await dayBefore.click();
  await expect(page).not.toHaveURL(yesterday);
  await page.getByRole("link", { name: "Pay slip of the day" }).click();
  await hydrated(page);
  const day = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const log = (await (await request(page).get(`/api/v1/audit-log?day=${day}`)).json()) as {
    has_pay_slip: boolean;
    entries: { type: string; signed_amount: number }[];
  };
  expect(log.has_pay_slip).toBe(true);
  const paid = -log.entries.filter(({ type }) => type === "CLEAR").reduce((sum, { signed_amount }) => sum + signed_amount, 0);
  await expect(page.getByRole("row").filter({ hasText: "Paid out" })).toContainText((paid / 100).toFixed(2));
  await expect(page.getByRole("main")).toContainText("Mango");
  await expectNoBarrier(page);

  const printed = page.evaluate(() => new Promise((resolve) => addEventListener("beforeprint", () => resolve("printed"))));
  await page.getByRole("button", { name: "Print" }).click();
  expect(await printed).toBe("printed");
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("banner")).toBeHidden();
  await expect(page.getByRole("button", { name: "Print" })).toBeHidden();
});
