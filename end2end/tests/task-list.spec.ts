import type { Page } from "@playwright/test";

import { expectNoBarrier } from "../support/barriers.ts";
import { request } from "../support/deliveries.ts";
import { enrolled } from "../support/people.ts";
import { createTask, news, taskNamed } from "../support/tasks.ts";
import { expect, hydrated, open, test } from "../support/test.ts";

test.use({ installation: "task-list" });

// The first parrot is the administrator, the second one the only one who is given tasks: the stories build on each other.
test.describe.configure({ mode: "serial" });

let admin: Page;
let coco: Page;
const complaints: string[] = [];

test.beforeAll(async ({ browser, program }) => {
  admin = await enrolled(browser, program.address, "Polly", 401, complaints);
  coco = await enrolled(browser, program.address, "Coco", 402, complaints);
});

test.afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

/** Creates tasks behind the pages. */
async function give(...titles: string[]): Promise<void> {
  for (const title of titles) {
    expect((await request(admin).post("/api/v1/tasks", { data: { title } })).status()).toBe(201);
  }
}

test("the list follows what happens elsewhere", async () => {
  await open(coco, "/tasks");
  await expect(coco.getByText("Nothing to do.")).toBeVisible();
  await give("Sing");
  await expect(taskNamed(coco, "Sing")).toBeVisible();
  await expect(coco.getByRole("link", { name: "Open 1" })).toBeVisible();
  const [task] = await (await request(coco).get("/api/v1/tasks/mine")).json();
  expect((await request(coco).post(`/api/v1/tasks/${task.task_id}/resolve`)).status()).toBe(200);
  await expect(taskNamed(coco, "Sing")).toHaveCount(0);
  await expect(coco.getByRole("link", { name: "Done 1" })).toBeVisible();
});

test("tasks are read, finished and created by keyboard, unless that is switched off", async () => {
  await give("Preen", "Whistle", "Dance");
  await open(coco, "/tasks");
  await expect(taskNamed(coco, "Dance")).toBeVisible();
  await coco.keyboard.press("j");
  await expect(taskNamed(coco, "Dance")).toBeFocused();
  await coco.keyboard.press("j");
  await expect(taskNamed(coco, "Whistle")).toBeFocused();
  await coco.keyboard.press("k");
  await expect(taskNamed(coco, "Dance")).toBeFocused();

  // Finished at once; who goes on pressing keys goes on with the next one.
  await coco.keyboard.press("d");
  await expect(news(coco)).toHaveText("“Dance” is done. The pay is booked within seconds.");
  await expect(taskNamed(coco, "Whistle")).toBeFocused();
  await expect(taskNamed(coco, "Dance")).toHaveCount(0);
  await expect(taskNamed(coco, "Whistle")).toBeFocused();

  await coco.keyboard.press("/");
  await expect(coco.getByLabel("Search")).toBeFocused();
  // Who types is not finishing tasks.
  await coco.keyboard.type("jdc?");
  await expect(coco.getByLabel("Search")).toHaveValue("jdc?");
  await coco.getByRole("heading", { level: 1 }).click();
  await coco.keyboard.press("c");
  await expect(coco.getByLabel("Title", { exact: true })).toBeFocused();
  await coco.getByRole("heading", { level: 1 }).click();
  await coco.keyboard.press("?");
  await expect(coco.getByText("previous task")).toBeVisible();
  await expectNoBarrier(coco);

  await coco.getByLabel("Keyboard shortcuts on").uncheck();
  await coco.reload();
  await hydrated(coco);
  await coco.keyboard.press("j");
  await expect(taskNamed(coco, "Whistle")).not.toBeFocused();
  await coco.getByText("Keyboard", { exact: true }).click();
  await coco.getByLabel("Keyboard shortcuts on").check();
  await coco.getByRole("heading", { level: 1 }).click();
  await coco.keyboard.press("j");
  await expect(taskNamed(coco, "Whistle")).toBeFocused();
  await coco.keyboard.press("Enter");
  await expect(coco.getByRole("heading", { level: 1 })).toContainText("Whistle");
});

test("what the server refuses is as it was", async () => {
  await open(coco, "/tasks");
  const whistle = taskNamed(coco, "Whistle");
  let answer = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  await coco.route("**/api/resolve_task", async (route) => {
    await held;
    await route.abort();
  });
  await whistle.getByRole("button").click();
  // It is shown as finished before the server says anything.
  await expect(whistle).toHaveClass(/task-finished/);
  await expect(whistle.getByRole("button")).toBeDisabled();
  answer();
  await expect(whistle.getByRole("alert")).toContainText("The server cannot be reached.");
  await expect(whistle).not.toHaveClass(/task-finished/);
  await coco.unroute("**/api/resolve_task");
  // Chromium calls a request that was broken off an error.
  expect(complaints.splice(0)).toHaveLength(1);
  await whistle.getByRole("button").click();
  await expect(whistle).toHaveCount(0);
});

test("a form that is sent twice creates one task", async ({ browser, program }) => {
  const context = await browser.newContext({ baseURL: program.address, locale: "en-GB", javaScriptEnabled: false, storageState: await admin.context().storageState() });
  const page = await context.newPage();
  await createTask(page, { title: "Echo", description: "See https://seeds.example/?a=1 and javascript://x" }, { withCode: false });
  await expect(page.locator(".notice")).toContainText("“Echo” went to Coco.");
  await page.goto("/tasks");
  const form = { title: "Sing twice", description: "", key: await page.locator("input[name=key]").inputValue() };
  for (let time = 0; time < 2; time++) {
    expect((await request(page).post("/api/create_task", { form, headers: { accept: "application/json" } })).status()).toBe(200);
  }
  expect(await program.sql("SELECT count(*)::int FROM tracker.task WHERE title = 'Sing twice'")).toEqual(["1"]);
  await context.close();
});

test("a task's page tells what happened", async ({ program }) => {
  const [number] = await program.sql("SELECT task_id FROM tracker.task WHERE title = 'Echo'");
  expect((await request(admin).post("/api/v1/tasks/reassign")).status()).toBe(202);
  await expect.poll(() => program.sql("SELECT count(*)::int FROM tracker.reassign_run WHERE status = 'running'")).toEqual(["0"]);
  expect((await request(coco).post(`/api/v1/tasks/${number}/resolve`)).status()).toBe(200);
  await open(admin, `/tasks/${number}`);
  const story = admin.getByRole("region", { name: "What happened" }).getByRole("listitem");
  await expect(story).toHaveCount(4);
  await expect(story.nth(0)).toContainText("Resolved by Coco.");
  await expect(story.nth(1)).toContainText("Reassigned to Coco.");
  await expect(story.nth(2)).toContainText("Assigned to Coco.");
  await expect(story.nth(3)).toContainText("Created by Polly.");
  const link = admin.getByRole("link", { name: "https://seeds.example/?a=1" });
  await expect(link).toHaveAttribute("rel", /noopener/);
  await expect(admin.getByRole("link", { name: /javascript/ })).toHaveCount(0);
  await expect(admin.getByText("Reward paid")).toBeVisible();
});
