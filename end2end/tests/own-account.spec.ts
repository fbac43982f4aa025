import type { Locator, Page } from "@playwright/test";

import { request } from "../support/deliveries.ts";
import { enrolled } from "../support/people.ts";
import { createTask, finish, news } from "../support/tasks.ts";
import { expect, forgetStatus, hydrated, open, test } from "../support/test.ts";

test.use({ installation: "own-account" });

// The first parrot is the administrator, the second one the only one who is given tasks: the stories build on each other.
test.describe.configure({ mode: "serial" });

const OWN = "/accounting/own";

const complaints: string[] = [];
let admin: Page;
let coco: Page;

test.beforeAll(async ({ browser, program }) => {
  admin = await enrolled(browser, program.address, "Polly", 301, complaints);
  coco = await enrolled(browser, program.address, "Coco", 302, complaints);
});

test.afterEach(() => {
  forgetStatus(complaints, 404);
  expect(complaints.splice(0)).toEqual([]);
});

test("the account keeps itself up to date, in every window, and shows no sum before it is booked", async () => {
  await open(coco, "/accounting");
  await expect(coco).toHaveURL(OWN);
  await expect(coco.getByText("Nothing has been booked today.")).toBeVisible();
  await expect(coco.getByText("This page keeps itself up to date.")).toBeVisible();
  const loadedAt = await timeOrigin(coco);

  await createTask(admin, { title: "Count the seeds" });
  await expect(entry(coco, "assigned")).toContainText("Count the seeds");
  const debt = await balance(coco).textContent();
  expect(debt).toMatch(/^−1\d\.\d\d$|^−20\.00$/);
  await expect(coco.getByText("A debt carries over")).toBeVisible();

  const other = await coco.context().newPage();
  await open(other, "/tasks");
  await finish(other, "Count the seeds");
  await expect(news(other)).toContainText("is done");
  await other.close();
  await coco.bringToFront();
  await expect(entry(coco, "done")).toContainText("Count the seeds");
  const earned = (await balance(coco).textContent()) ?? "";
  await expect(coco.getByText(`If the day ended now you would be paid ${earned}.`)).toBeVisible();
  expect(await timeOrigin(coco)).toBe(loadedAt);
});

test("what is not booked yet is shown as pending, and what is stuck says so", async ({ program }) => {
  await open(coco, OWN);
  await expect(entry(coco, "done")).toBeVisible();
  const before = await balance(coco).textContent();
  // A fee that waits for a price that never comes.
  const [coco_id = ""] = await program.sql(`SELECT user_id FROM auth."user" WHERE display_name = 'Coco'`);
  const [delivery_id = ""] = await program.sql(`
    WITH published AS (
      INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload)
      VALUES (gen_random_uuid(), 'task_assign', 'tracker', now(), current_date, '{"task_id": 4711, "assignee_user_id": "${coco_id}"}')
      RETURNING event_id
    )
    INSERT INTO bus.delivery (event_id, subscription) SELECT event_id, 'accounting.task_assign' FROM published RETURNING delivery_id`);
  await expect.poll(() => program.sql(`SELECT status FROM bus.delivery WHERE delivery_id = ${delivery_id}`)).toEqual(["parked"]);
  await open(coco, OWN);
  const pending = coco.getByRole("region", { name: "Not booked yet" });
  await expect(pending.getByRole("row")).toHaveText([/assigned.*under way.*–/]);
  await expect(balance(coco)).toHaveText(before ?? "");

  await program.sql(`UPDATE bus.delivery SET status = 'dead', finished_at = now(), last_error = 'no price' WHERE delivery_id = ${delivery_id}`);
  await open(coco, OWN);
  await expect(pending.getByRole("row")).toHaveText([/stuck/]);
  const told = (await (await request(coco).get("/api/v1/balance")).json()) as { pending: { entries: { given_up: boolean }[] } };
  expect(told.pending.entries.map(({ given_up }) => given_up)).toEqual([true]);
});

test("another day is a step away, by pages with and without their code, and an entry leads to its task", async ({ browser, program }) => {
  await open(coco, OWN);
  await coco.getByRole("link", { name: "Day before" }).click();
  await expect(coco.getByText("Nothing was booked on this day.")).toBeVisible();
  await expect(coco.getByText("At the end of the day")).toBeVisible();
  await coco.getByRole("link", { name: "Today", exact: true }).click();
  await entry(coco, "done").getByRole("link", { name: "Count the seeds" }).click();
  await expect(coco.getByRole("heading", { level: 1 })).toHaveText("Count the seeds done");
  await expect(coco.getByRole("main")).toContainText("Coco");
  for (const path of ["/tasks/999999", `${OWN}/pay-slips/2026-01-31`, `${OWN}/pay-slips/someday`]) {
    expect((await coco.goto(path))?.status(), path).toBe(404);
    await expect(coco.getByRole("button", { name: "Print" })).toBeHidden();
  }

  const plain = await browser.newContext({ baseURL: program.address, javaScriptEnabled: false, locale: "ru-RU" });
  await plain.addCookies((await coco.context().cookies()).filter(({ name }) => name === "ates_session"));
  const page = await plain.newPage();
  await page.goto(OWN);
  await expect(entry(page, "done|выполнено")).toBeVisible();
  await page.locator("#day").fill("2026-01-31");
  await page.getByRole("button", { name: /^(Show|Показать)$/ }).click();
  await expect(page).toHaveURL(`${OWN}?day=2026-01-31`);
  await expect(page.getByRole("caption")).toHaveText(/2026/);
  await page.goto(`${OWN}?day=someday`);
  await expect(page.getByRole("alert")).toContainText("2026-11-23");
  await plain.close();
});

test("from a page that keeps itself up to date one goes on to others, and comes back", async () => {
  await open(coco, OWN);
  await expect(coco.getByText("This page keeps itself up to date.")).toBeVisible();
  for (let times = 0; times < 2; times += 1) {
    await coco.getByRole("banner").getByRole("link", { name: "Tasks", exact: true }).click();
    await expect(coco.getByRole("heading", { level: 1 })).toHaveText("My tasks");
    await coco.getByRole("banner").getByRole("link", { name: "Balance", exact: true }).click();
    await expect(coco.getByText("This page keeps itself up to date.")).toBeVisible();
    await expect(entry(coco, "done")).toBeVisible();
  }
});

test("who has lost the connection is told, and catches up", async ({ browser, program }) => {
  const context = await browser.newContext({ baseURL: program.address, locale: "en-GB" });
  await context.addCookies(await coco.context().cookies());
  const page = await context.newPage();
  // Every connection is refused at first, as a proxy does whose server is away.
  await page.route("**/live", (route) => route.fulfill({ status: 502 }));
  await open(page, OWN);
  await expect(page.getByRole("status")).toHaveText(/The connection is lost/);
  await createTask(admin, { title: "Mend the perch" });
  await page.unroute("**/live");
  await expect(entry(page, "assigned").filter({ hasText: "Mend the perch" })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("This page keeps itself up to date.")).toBeVisible();
  await context.close();
});

test("strangers hear nothing", async ({ browser, program }) => {
  const context = await browser.newContext({ baseURL: program.address });
  expect((await context.request.get("/live")).status()).toBe(401);
  for (const path of [OWN, `${OWN}/pay-slips/2026-11-01`, "/tasks/1"]) {
    const page = await visit(context.newPage(), path);
    await expect(page).toHaveURL("/login");
  }
  await context.close();
});

async function visit(opened: Promise<Page>, path: string): Promise<Page> {
  const page = await opened;
  await page.goto(path);
  await hydrated(page);
  return page;
}

/** When the page was loaded: it stays the same as long as it is not loaded anew. */
function timeOrigin(page: Page): Promise<number> {
  return page.evaluate(() => performance.timeOrigin);
}

function balance(page: Page): Locator {
  return page.locator(".balance-amount");
}

function entry(page: Page, occasion: string): Locator {
  return page.locator(".slip tbody tr").filter({ hasText: new RegExp(`· (${occasion})`) });
}
