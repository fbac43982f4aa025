import type { APIResponse, Browser, Locator, Page } from "@playwright/test";

import { WORDS, enrol, enrolled } from "../support/people.ts";
import { photoOf } from "../support/photo.ts";
import { TASK_WORDS, createTask, finish, news, taskNamed, untilShown } from "../support/tasks.ts";
import { expect, forgetStatus, hydrated, open, test } from "../support/test.ts";

test.use({ installation: "money" });

// The first parrot is the administrator, who is given no tasks: the stories of this file build on each other.
test.describe.configure({ mode: "serial" });

interface Parrot {
  name: string;
  page: Page;
}

const SEEDS = { title: "Count the sunflower seeds", description: "All of them.\nTwice: see https://seeds.example/" };

/** What the parrots' browsers complained about. */
const complaints: string[] = [];

let admin: Parrot;
let coco: Parrot;
let rio: Parrot;

test.beforeAll(async ({ browser, program }) => {
  admin = await enrolledParrot(browser, program.address, "Polly", 201);
});

test.afterEach(() => {
  // Chromium calls every refusal an error.
  forgetStatus(complaints, 401, 409, 422);
  expect(complaints.splice(0)).toEqual([]);
});

test("with nobody who could be given a task none is created, and nothing that was typed is lost", async () => {
  const { page } = admin;
  await open(page, "/tasks");
  await expect(page.getByText("Managers and administrators are not given tasks.")).toBeVisible();
  await createTask(page, SEEDS);
  await expect(page.getByRole("alert")).toContainText("There is nobody who could be given a task.");
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue(SEEDS.title);
  await expect(page.getByLabel("Description", { exact: true })).toHaveValue(SEEDS.description);
});

test("a task goes to one of two parrots, costs a fee, is finished once, and pays", async ({ browser, program }) => {
  test.slow();
  coco = await enrolledParrot(browser, program.address, "Coco", 202);
  rio = await enrolledParrot(browser, program.address, "Rio", 203);

  const assignee = await test.step("the administrator creates it and learns who has it", async () => {
    await createTask(admin.page, SEEDS);
    const said = news(admin.page);
    await expect(said).toHaveText(/“Count the sunflower seeds” went to (Coco|Rio)\./);
    await expect(admin.page.getByLabel("Title", { exact: true })).toHaveValue("");
    return (await said.textContent())?.includes("Coco") ? coco : rio;
  });
  const other = assignee === coco ? rio : coco;

  const { fee, pay } = await test.step("the assignee sees it with its price", async () => {
    const task = taskNamed(assignee.page, SEEDS.title);
    await untilShown(assignee.page, "/tasks", task.getByText(/^Fee /));
    await expect(task).toContainText("All of them.");
    const [, fee = "", pay = ""] = (await task.getByText(/^Fee /).textContent())?.match(/^Fee ([\d.]+), pay ([\d.]+)$/) ?? [];
    expect(Number(fee)).toBeGreaterThanOrEqual(10);
    expect(Number(fee)).toBeLessThanOrEqual(20);
    expect(Number(pay)).toBeGreaterThanOrEqual(20);
    expect(Number(pay)).toBeLessThanOrEqual(40);
    return { fee, pay };
  });

  await test.step("the other one has no such task, and nothing is booked there", async () => {
    await open(other.page, "/tasks");
    await expect(other.page.getByText("Nothing to do.")).toBeVisible();
    await open(other.page, "/accounting");
    await expect(other.page.getByText("Nothing has been booked today.")).toBeVisible();
    await expect(balance(other.page)).toHaveText("0.00");
  });

  await test.step("the fee is charged", async () => {
    await untilShown(assignee.page, "/accounting", entry(assignee.page, "assigned"));
    await expect(entry(assignee.page, "assigned")).toContainText(SEEDS.title);
    await expect(entry(assignee.page, "assigned").getByRole("cell")).toHaveText([`−${fee}`, `−${fee}`]);
    await expect(balance(assignee.page)).toHaveText(`−${fee}`);
  });

  await test.step("nobody else may finish it", async () => {
    const answer = await finishBehindThePage(other, await numberOf(assignee, SEEDS.title));
    expect(answer.status()).toBe(403);
    expect(await answer.json()).toEqual({ service: "not_your_task" });
  });

  await test.step("the assignee finishes it", async () => {
    await open(assignee.page, "/tasks");
    const number = await numberOf(assignee, SEEDS.title);
    await finish(assignee.page, SEEDS.title);
    await expect(news(assignee.page)).toHaveText("“Count the sunflower seeds” is done. The pay is booked within seconds.");
    await expect(taskNamed(assignee.page, SEEDS.title)).toHaveCount(0);
    await expect(assignee.page.getByRole("main")).toBeFocused();
    await assignee.page.getByRole("link", { name: /^Done \d+$/ }).click();
    await expect(news(assignee.page)).toBeEmpty();
    await expect(taskNamed(assignee.page, SEEDS.title)).toBeVisible();
    const again = await finishBehindThePage(assignee, number);
    expect(again.status()).toBe(409);
    expect(await again.json()).toEqual({ service: "already_done" });
  });

  await test.step("and is paid, once", async () => {
    const sum = ((cents(pay) - cents(fee)) / 100).toFixed(2);
    await untilShown(assignee.page, "/accounting", entry(assignee.page, "done"));
    await expect(entry(assignee.page, "done").getByRole("cell")).toHaveText([`+${pay}`, sum]);
    await expect(balance(assignee.page)).toHaveText(sum);
    await expect(entries(assignee.page)).toHaveCount(2);
  });
});

test("a form that is not filled in well says so at its field", async () => {
  const { page } = coco;
  await createTask(page, { title: "  ", description: "The description stays." });
  await expect(page.getByLabel("Title", { exact: true })).toHaveAccessibleDescription(/Fill this in/i);
  await expect(page.getByLabel("Description", { exact: true })).toHaveValue("The description stays.");
  await page.getByLabel("Title", { exact: true }).fill("x".repeat(201));
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByLabel("Title", { exact: true })).toHaveAccessibleDescription(/at most 200 characters/);
});

test("strangers are sent to log in", async ({ page }) => {
  for (const path of ["/tasks", "/accounting"]) {
    await page.goto(path);
    await expect(page).toHaveURL("/login");
  }
});

test("a session that ended elsewhere says so, and the form keeps what was typed", async ({ browser, program }) => {
  const kiki = await enrolledParrot(browser, program.address, "Kiki", 204);
  await open(kiki.page, "/tasks");
  await kiki.page.getByLabel("Title", { exact: true }).fill("Sing");
  await kiki.page.context().clearCookies();
  await kiki.page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(kiki.page.getByRole("alert")).toContainText("Your session has ended. Log in again.");
  await expect(kiki.page.getByLabel("Title", { exact: true })).toHaveValue("Sing");
  await kiki.page.getByRole("alert").getByRole("link", { name: "Log in" }).click();
  await expect(kiki.page).toHaveURL("/login");
  await expect(kiki.page.getByRole("heading", { level: 1 })).toHaveText("Show your beak");
});

test("in Russian and without JavaScript a task is created, finished and paid", async ({ browser, program }) => {
  test.slow();
  const way = { withCode: false, words: TASK_WORDS.ru };
  const MARKUP = "\nГромко;\n</textarea><b>и</b> с чувством &amp; толком";
  const context = await browser.newContext({ baseURL: program.address, locale: "ru-RU", javaScriptEnabled: false });
  const page = await context.newPage();
  await enrol(page, await photoOf(page, 205), { name: "Кеша", email: "kesha@parrots.example" }, { withCode: false, words: WORDS.ru });

  await createTask(page, { title: "\u0007 Спеть", description: MARKUP }, way);
  await expect(page.getByLabel("Название", { exact: true })).toHaveAccessibleDescription(/без невидимых знаков/);
  await expect(page.getByLabel("Описание", { exact: true })).toHaveValue(MARKUP);

  // The draw decides: until it falls on this parrot, others are given songs.
  const own = page.getByRole("button", { name: /^Готово: Песня/ });
  let songs = 0;
  await expect(async () => {
    songs += 1;
    await createTask(page, { title: `Песня ${songs}` }, way);
    await expect(page.locator(".notice")).toContainText(`Задача «Песня ${songs}» досталась сотруднику по имени`);
    expect(await own.count()).toBeGreaterThan(0);
  }).toPass();
  const title = (await own.first().getAttribute("aria-label"))?.replace("Готово: ", "") ?? "";

  await untilShown(page, "/tasks", taskNamed(page, title).getByText(/^Плата \d\d,\d\d, награда \d\d,\d\d$/));
  await finish(page, title, way);
  await expect(page.getByText(`Задача «${title}» выполнена.`)).toBeVisible();
  // What is refused now is not covered by older news.
  await page.getByLabel("Название", { exact: true }).fill(" ");
  await page.getByRole("button", { name: "Создать и назначить" }).click();
  await expect(page.getByLabel("Название", { exact: true })).toHaveAccessibleDescription(/Заполните/i);
  await expect(page.locator(".notice")).toHaveCount(0);
  await page.getByRole("link", { name: "Выполненные" }).click();
  await expect(taskNamed(page, title)).toBeVisible();
  await untilShown(page, "/accounting", entry(page, "выполнено"));
  await expect(entry(page, "выполнено").getByRole("cell").first()).toHaveText(/^\+\d\d,\d\d$/);
  await context.close();
});

async function enrolledParrot(browser: Browser, baseURL: string, name: string, seed: number): Promise<Parrot> {
  return { name, page: await enrolled(browser, baseURL, name, seed, complaints) };
}

function balance(page: Page): Locator {
  return page.getByRole("main").getByText("Balance", { exact: true }).first().locator("xpath=following-sibling::*[1]");
}

function entries(page: Page): Locator {
  return page.getByRole("main").locator("tbody tr").filter({ has: page.getByText("·") });
}

function entry(page: Page, occasion: string): Locator {
  return entries(page).filter({ hasText: new RegExp(`· ${occasion}`) });
}

/** The number of a parrot's task, as its page shows it. */
async function numberOf({ page }: Parrot, title: string): Promise<string> {
  await page.goto("/tasks");
  const [, number = ""] = (await taskNamed(page, title).textContent())?.match(/No\. (\d+)/) ?? [];
  expect(number).not.toBe("");
  await hydrated(page);
  return number;
}

/** Finishes a task as a script would: by the server function, past the buttons. */
function finishBehindThePage({ page }: Parrot, number: string): Promise<APIResponse> {
  return page.context().request.post("/api/resolve_task", { form: { task_id: number }, headers: { accept: "application/json" } });
}

function cents(amount: string): number {
  return Math.round(Number(amount) * 100);
}
