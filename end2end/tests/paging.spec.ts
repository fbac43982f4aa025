import type { APIRequestContext } from "@playwright/test";

import { enrol } from "../support/people.ts";
import { photoOf } from "../support/photo.ts";
import { expect, hydrated, open, test } from "../support/test.ts";

test.use({ installation: "paging" });

/** One more than the page shows at most. */
const TASK_COUNT = 201;

/** How many more it shows each time. */
const STEP = 50;

test("a long list shows more and more, goes on in parts, and leads back to its beginning", async ({ page, browser, program }) => {
  test.slow();
  const adminPage = await (await browser.newContext({ baseURL: program.address, locale: "en-GB" })).newPage();
  await enrol(adminPage, await photoOf(page, 301), { name: "Polly", email: "polly@parrots.example" });
  await enrol(page, await photoOf(page, 302), { name: "Coco", email: "coco@parrots.example" });
  await createTasks(page.context().request);

  await open(page, "/tasks");
  const tasks = page.getByRole("main").locator(".task-list").getByRole("listitem");
  await expect(page.getByRole("link", { name: `Open ${TASK_COUNT}` })).toBeVisible();
  for (let shown = STEP; shown < TASK_COUNT; shown += STEP) {
    await expect(tasks).toHaveCount(shown);
    await expect(tasks.first()).toContainText(`Task ${TASK_COUNT}`);
    if (shown + STEP < TASK_COUNT) await page.getByRole("link", { name: "Show more" }).click();
  }
  // What is shown, the address says.
  await page.reload();
  await hydrated(page);
  await expect(tasks).toHaveCount(TASK_COUNT - 1);
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(tasks).toHaveCount(1);
  await expect(tasks).toContainText("Task 1");

  await page.getByRole("button", { name: "Done: Task 1", exact: true }).click();
  await expect(page.getByText("There are no more.")).toBeVisible();
  await page.getByRole("link", { name: "First page" }).click();
  await expect(tasks).toHaveCount(STEP);
  await expect(page.getByRole("link", { name: `Open ${TASK_COUNT - 1}` })).toBeVisible();

  await page.getByRole("link", { name: "Oldest first" }).click();
  // Not the newest one, whose number begins with the same digit.
  await expect(tasks.first()).toContainText(/Task 2(?!\d)/);
  await page.getByLabel("Search").fill("tasks 200");
  await page.getByRole("button", { name: "Find" }).click();
  await hydrated(page);
  await expect(tasks).toHaveCount(1);
  await expect(tasks).toContainText("Task 200");
  await expect(page).toHaveURL(/[?&]oldest=/);
  await page.getByLabel("Search").fill("nut");
  await page.getByLabel("Search").press("Enter");
  await expect(page.getByText("No matches.")).toBeVisible();
  await page.getByRole("link", { name: "Show all" }).click();
  await expect(tasks).toHaveCount(STEP);
});

/** Only one parrot can be given them. */
async function createTasks(request: APIRequestContext): Promise<void> {
  for (let number = 1; number <= TASK_COUNT; number++) {
    const answer = await request.post("/api/v1/tasks", { data: { title: `Task ${number}` } });
    expect(answer.status()).toBe(201);
  }
}
