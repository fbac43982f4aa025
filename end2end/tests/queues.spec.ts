import type { Page } from "@playwright/test";

import { expectNoBarrier } from "../support/barriers.ts";
import { type Delivery, QUEUES, deliveries, part, publish, queue, request, untilDone, untilStatus } from "../support/deliveries.ts";
import { enrolled } from "../support/people.ts";
import { expect, forgetStatus, hydrated, open, test } from "../support/test.ts";

test.use({ installation: "queues" });

// The stories of this file build on each other.
test.describe.configure({ mode: "serial" });

/** A title that would do harm if it became markup. */
const TITLE = 'Peel <b>nuts</b></pre><script>document.title = "stolen"</script>';

/** What the parrots' browsers complained about. */
const complaints: string[] = [];

let admin: Page;
let worker: Page;
/** A task that is done and paid, and who did it. */
let task: { task_id: number; assignee_user_id: string };
/** Two deliveries that cannot be applied: one pays for a paid task again, the other's event cannot be read. */
let paidTwice: number;
let unreadable: number;

test.beforeAll(async ({ browser, program }) => {
  admin = await enrolled(browser, program.address, "Polly", 401, complaints);
  worker = await enrolled(browser, program.address, "Coco", 402, complaints);
  const created = await request(admin).post("/api/v1/tasks", { data: { title: TITLE } });
  task = (await created.json()) as typeof task;
  expect((await request(worker).post(`/api/v1/tasks/${task.task_id}/resolve`)).status()).toBe(200);
  // Accounting hears of three events and tells of two entries and two changes of the day; analytics hears of these, and of the task's end.
  await untilDone(program, 8);

  const payload = { task_id: task.task_id, title: TITLE, resolver_user_id: task.assignee_user_id };
  paidTwice = await publish(program, { kind: "task_resolve", payload });
  unreadable = await publish(program, { kind: "task_assign", payload: { nonsense: TITLE } });
  for (const delivery of [paidTwice, unreadable]) await untilStatus(request(admin), delivery, "dead");
});

test.afterEach(() => {
  forgetStatus(complaints, 403, 404);
  expect(complaints.splice(0)).toEqual([]);
});

test("a worker is refused in words, a stranger is sent to log in", async ({ page }) => {
  for (const path of [QUEUES, `${QUEUES}/${unreadable}`]) {
    expect((await worker.goto(path))?.status()).toBe(403);
    await hydrated(worker);
    await expect(worker.getByRole("heading", { level: 1 })).toHaveText("This branch is taken");
    await expect(worker.getByText("This needs another role: administrator.")).toBeVisible();
    await page.goto(path);
    await expect(page).toHaveURL("/login");
  }
  await expect(worker.getByRole("banner").getByRole("link", { name: "Queues" })).toBeHidden();
  for (const path of ["", "/deliveries", `/deliveries/${unreadable}`]) {
    expect((await request(worker).get(`/api/v1/bus${path}`)).status()).toBe(403);
  }
  const reason = { data: { reason: "mine" } };
  expect((await request(worker).post(`/api/v1/bus/deliveries/${unreadable}/discard`, reason)).status()).toBe(403);
});

test("the administrator sees all queues and the dead letters", async () => {
  await open(admin, "/tasks");
  await admin.getByRole("banner").getByRole("link", { name: "Queues" }).click();
  await expect(admin).toHaveURL(QUEUES);
  await hydrated(admin);
  await expect(admin).toHaveTitle("Queues · aTES");
  await expect(admin.getByText("Events are being worked on: 1 process hands them out, and Redis answers.")).toBeVisible();
  await expect(queue(admin, "Accounting draws prices (task_create)").getByRole("cell")).toHaveText(["0", "0", "0", /\d/, "0", "none"]);
  await expect(queue(admin, "Accounting charges fees (task_assign)").getByRole("cell").nth(4)).toHaveText("1");
  await expect(deliveries(admin)).toHaveCount(2);
  await expect(deliveries(admin).first()).toContainText("The stored event cannot be read");
  await expect(deliveries(admin).last()).toContainText(`Coco finished task #${task.task_id} “${TITLE}”`);
  await expect(deliveries(admin).last()).toContainText("1 failed attempt");
  await expect(deliveries(admin).last()).toContainText("was paid already");

  await queue(admin, "Accounting charges fees (task_assign)").getByRole("link", { name: "1" }).last().click();
  await expect(admin).toHaveURL(`${QUEUES}?subscription=accounting.task_assign`);
  await expect(deliveries(admin)).toHaveCount(1);
  await expect(deliveries(admin)).toContainText("The stored event cannot be read");
  await admin.goBack();
  await expect(deliveries(admin)).toHaveCount(2);
});

test("a filter stands in the address, and what nobody can read is no filter", async () => {
  await open(admin, QUEUES);
  await admin.getByLabel("Part of the error").fill("PAID already");
  await admin.getByRole("button", { name: "Show" }).click();
  await expect(admin).toHaveURL(`${QUEUES}?subscription=&status=dead&error=PAID+already`);
  await expect(deliveries(admin)).toHaveCount(1);
  await expect(admin.getByLabel("Part of the error")).toHaveValue("PAID already");
  await expect(admin.getByText("Retry the 1 that matches…")).toBeVisible();

  await admin.getByLabel("Status").selectOption("any");
  await admin.getByLabel("Part of the error").fill("");
  await admin.getByRole("button", { name: "Show" }).click();
  await expect(deliveries(admin)).toHaveCount(10);
  await expect(admin.getByText(/^Retry /)).toHaveCount(0);
  await admin.getByLabel("Part of the error").fill("the cat did it");
  await admin.getByRole("button", { name: "Show" }).click();
  await expect(admin.getByText("No delivery matches.")).toBeVisible();

  await open(admin, `${QUEUES}?status=lost`);
  await expect(admin.getByRole("alert")).toContainText("Status: this cannot be read");
  await expect(deliveries(admin)).toHaveCount(0);
  await open(admin, `${QUEUES}?status=any&before=3`);
  await expect(deliveries(admin)).toHaveCount(2);
  await admin.getByRole("link", { name: "Newest deliveries" }).click();
  await expect(deliveries(admin)).toHaveCount(10);
});

test("a delivery tells everything, and nothing in it becomes markup", async () => {
  await open(admin, QUEUES);
  await admin.getByRole("link", { name: /^Coco finished task/ }).click();
  await expect(admin).toHaveURL(`${QUEUES}/${paidTwice}`);
  await hydrated(admin);
  await expect(admin).toHaveTitle(`Delivery ${paidTwice} · aTES`);
  const main = admin.getByRole("main");
  await expect(main.getByText(`Until this is done, Coco is not paid for task #${task.task_id} “${TITLE}”.`)).toBeVisible();
  await expect(main.getByText(JSON.stringify(TITLE))).toBeVisible();
  await expect(main.locator("script")).toHaveCount(0);
  await expect(part(admin, "Attempts without effect").getByRole("listitem")).toHaveCount(1);
  await expect(part(admin, "Attempts without effect")).toContainText("Attempt 1: failed");
  await expect(part(admin, "What people did")).toContainText("Nothing.");
});

test("a dead letter is tried again, and who had it tried is kept", async () => {
  await open(admin, `${QUEUES}/${paidTwice}`);
  await admin.getByRole("button", { name: "Retry now" }).click();
  await expect(admin.getByText("It is being tried again.")).toBeVisible();
  await expect(admin).toHaveURL(`${QUEUES}/${paidTwice}?changed=`);
  // The task stays paid, so the delivery dies again.
  await untilStatus(request(admin), paidTwice, "dead");
  await open(admin, `${QUEUES}/${paidTwice}`);
  await expect(part(admin, "Attempts without effect").getByRole("listitem")).toHaveCount(2);
  await expect(part(admin, "What people did").getByRole("listitem")).toHaveText([/: Polly had it tried again\.$/]);
});

test("all dead letters that match are tried again, after a question", async () => {
  await open(admin, QUEUES);
  await expect(admin.getByRole("button", { name: /^Yes/ })).toBeHidden();
  await admin.getByText("Retry all 2 that match…").click();
  await admin.getByRole("button", { name: "Yes, retry 2 dead letters" }).click();
  await expect(admin.getByText("2 dead letters are being tried again.")).toBeVisible();
  await expect(admin).toHaveURL(`${QUEUES}?retried=2`);
  for (const delivery of [paidTwice, unreadable]) await untilStatus(request(admin), delivery, "dead");
  await open(admin, `${QUEUES}/${unreadable}`);
  await expect(part(admin, "What people did").getByRole("listitem")).toHaveCount(1);
});

test("a dead letter is discarded with a reason, and only once", async () => {
  const path = `${QUEUES}/${unreadable}`;
  await open(admin, path);
  await expect(admin.getByLabel("Reason")).toBeHidden();
  await admin.getByText("Discard…", { exact: true }).click();
  await admin.getByRole("button", { name: "Discard for ever" }).click();
  await expect(admin.getByLabel("Reason")).toHaveAccessibleDescription(/Fill this in/i);
  await admin.getByLabel("Reason").fill("x".repeat(501));
  await admin.getByRole("button", { name: "Discard for ever" }).click();
  await expect(admin.getByLabel("Reason")).toHaveAccessibleDescription(/at most 500 characters/);
  await expect(admin.getByLabel("Reason")).toHaveValue("x".repeat(501));

  await expectNoBarrier(admin);

  // Somebody else may be faster: this page offers what is no longer possible.
  const late = await admin.context().newPage();
  await open(late, path);
  await admin.getByLabel("Reason").fill("Written <b>by a cat</b>.\nNobody is to be charged.");
  await admin.getByRole("button", { name: "Discard for ever" }).click();
  await expect(admin.getByText("It is discarded: it will have no effect.")).toBeVisible();
  await expect(admin.getByRole("heading", { level: 1 })).toContainText("discarded");
  await expect(admin.getByRole("button", { name: "Retry now" })).toHaveCount(0);
  await expect(part(admin, "What people did").getByRole("listitem").last()).toHaveText(
    /: Polly discarded it\.\s*Written <b>by a cat<\/b>\.\nNobody is to be charged\.$/,
  );

  await late.getByRole("button", { name: "Retry now" }).click();
  await expect(late.getByRole("alert")).toContainText("This delivery is done or discarded already");
  await late.close();
});

test("an unknown delivery has no page", async () => {
  for (const number of ["99999", "the-first"]) {
    expect((await admin.goto(`${QUEUES}/${number}`))?.status()).toBe(404);
    await hydrated(admin);
    await expect(admin).toHaveTitle("Page not found · aTES");
    await expect(admin.getByRole("heading", { level: 1 })).toHaveText("Nobody sits on this perch");
  }
});

test("who comes back through the browser's history finds the page again", async () => {
  await open(admin, QUEUES);
  await admin.getByRole("banner").getByRole("link", { name: "Tasks" }).click();
  await expect(admin.getByRole("heading", { level: 1 })).toHaveText("My tasks");
  await admin.goBack();
  await expect(admin.getByRole("heading", { level: 1 })).toHaveText("Queues");
  await expect(deliveries(admin)).toHaveCount(1);
  await hydrated(admin);
  await expect(admin).toHaveTitle("Queues · aTES");
});

test("programs see and do the same", async () => {
  const api = request(admin);
  const bus = (await (await api.get("/api/v1/bus")).json()) as { trouble: null; queues: { subscription: string; dead: number }[] };
  expect(bus.trouble).toBeNull();
  expect(bus.queues.map(({ subscription, dead }) => [subscription, dead])).toEqual([
    ["accounting.task_create", 0],
    ["accounting.task_assign", 0],
    ["accounting.task_resolve", 1],
    ["accounting.payroll_letter", 0],
    ["tracker.tasks_reassign", 0],
    ["analytics.manager_income_by_day_change", 0],
    ["analytics.account_log_change", 0],
    ["analytics.task_resolve", 0],
  ]);
  const list = async (query: string) => (await (await api.get(`/api/v1/bus/deliveries?${query}`)).json()) as Delivery[];
  expect((await list("status=done&limit=2")).map(({ delivery_id }) => delivery_id)).toEqual([8, 7]);
  expect((await list("status=done&before=2")).map(({ delivery_id }) => delivery_id)).toEqual([1]);
  const [dead] = await list("subscription=accounting.task_resolve&error=paid");
  expect(dead?.in_words.what_happened).toBe(`Coco finished task #${task.task_id} “${TITLE}”`);

  for (const [query, field] of [["status=lost", "status"], ["subscription=cat", "subscription"], ["limit=0", "limit"], ["before=x", "before"]]) {
    const answer = await api.get(`/api/v1/bus/deliveries?${query}`);
    expect(answer.status()).toBe(422);
    expect(await answer.json()).toMatchObject({ error: { invalid: { field, problem: "malformed" } } });
  }
  const post = async (path: string, data?: object) => {
    const answer = await api.post(`/api/v1/bus/deliveries/${path}`, data === undefined ? {} : { data });
    return { status: answer.status(), error: ((await answer.json().catch(() => ({}))) as { error?: unknown }).error };
  };
  expect(await post(`${unreadable}/retry`)).toEqual({ status: 409, error: "delivery_finished" });
  expect(await post("1/discard", { reason: "by mistake" })).toEqual({ status: 409, error: "delivery_not_dead" });
  expect(await post(`${paidTwice}/discard`, { reason: " " })).toMatchObject({ status: 422, error: { invalid: { field: "reason" } } });
  expect(await post("99999/retry")).toEqual({ status: 404, error: "not_found" });
  expect(await post("retry", { subscriptoin: "accounting.task_create" })).toMatchObject({ status: 422 });
  const retried = await api.post("/api/v1/bus/deliveries/retry", { data: { subscription: "accounting.task_resolve" } });
  expect(await retried.json()).toEqual({ retried: 1 });
  await untilStatus(api, paidTwice, "dead");
});

test("in Russian and without JavaScript a dead letter is found, tried again and discarded", async ({ browser, program }) => {
  const context = await browser.newContext({ baseURL: program.address, locale: "ru-RU", javaScriptEnabled: false });
  await context.addCookies(await admin.context().cookies());
  await context.addCookies([{ name: "locale", value: "ru", url: program.address }]);
  const page = await context.newPage();
  await page.goto("/tasks");
  await page.getByRole("banner").getByRole("link", { name: "Очереди" }).click();
  await expect(page).toHaveURL(QUEUES);
  await expect(queue(page, "Бухгалтерия начисляет награды (task_resolve)").getByRole("cell").nth(4)).toHaveText("1");
  await page.getByText("Повторить найденную 1…").click();
  await page.getByRole("button", { name: "Да, повторить 1 доставку" }).click();
  await expect(page.getByText("1 сорвавшаяся доставка снова в работе.")).toBeVisible();
  await untilStatus(request(admin), paidTwice, "dead");

  await page.goto(`${QUEUES}/${paidTwice}`);
  await page.getByRole("button", { name: "Повторить сейчас" }).click();
  await expect(page.getByText("Она снова в работе.")).toBeVisible();
  await untilStatus(request(admin), paidTwice, "dead");

  await page.goto(`${QUEUES}/${paidTwice}`);
  await page.getByText("Отменить…", { exact: true }).click();
  await page.getByLabel("Причина").fill("Колокольчик \u0007 прозвенел");
  await page.getByRole("button", { name: "Отменить навсегда" }).click();
  await expect(page.getByLabel("Причина")).toHaveAccessibleDescription(/без невидимых знаков/);
  await expect(page.getByLabel("Причина")).toHaveValue(/прозвенел/);
  await page.getByLabel("Причина").fill("Уже заплачено вручную");
  await page.getByRole("button", { name: "Отменить навсегда" }).click();
  await expect(page.getByText("Она отменена и не подействует.")).toBeVisible();
  await expect(part(page, "Что делали люди").getByRole("listitem").last()).toContainText("отмена — Polly");
  await expect(part(page, "Что делали люди").getByRole("listitem").last()).toContainText("Уже заплачено вручную");
  await page.getByRole("link", { name: "Все очереди" }).click();
  await expect(page.getByText("Сорвавшихся доставок нет.")).toBeVisible();
  await context.close();
});
