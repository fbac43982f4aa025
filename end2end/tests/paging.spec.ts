import type { APIRequestContext } from "@playwright/test";

import { enrol } from "../support/people.ts";
import { photoOf } from "../support/photo.ts";
import { expect, hydrated, open, test } from "../support/test.ts";

test.use({ installation: "paging" });

/** One more than the page shows at once. */
const TASK_COUNT = 51;

test("a long list goes on, and leads back to its beginning", async ({ page, browser, program }) => {
  const adminPage = await (await browser.newContext({ baseURL: program.address, locale: "en-GB" })).newPage();
  await enrol(adminPage, await photoOf(page, 301), { name: "Polly", email: "polly@parrots.example" });
  await enrol(page, await photoOf(page, 302), { name: "Coco", email: "coco@parrots.example" });
  await createTasks(page.context().request);

  await open(page, "/tasks");
  const tasks = page.getByRole("main").getByRole("listitem");
  await expect(tasks).toHaveCount(TASK_COUNT - 1);
  await expect(tasks.first()).toContainText(`Task ${TASK_COUNT}`);
  await page.getByRole("link", { name: "Older tasks" }).click();
  await expect(tasks).toHaveCount(1);
  await expect(tasks).toContainText("Task 1");

  await page.getByRole("button", { name: "Done: Task 1", exact: true }).click();
  await expect(page.getByText("There are no older ones.")).toBeVisible();
  await page.getByRole("link", { name: "Newest tasks" }).click();
  await expect(tasks).toHaveCount(TASK_COUNT - 1);
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("link", { name: "Older tasks" })).toBeHidden();
});

/** Only one parrot can be given them. */
async function createTasks(request: APIRequestContext): Promise<void> {
  for (let number = 1; number <= TASK_COUNT; number++) {
    const answer = await request.post("/api/v1/tasks", { data: { title: `Task ${number}` } });
    expect(answer.status()).toBe(201);
  }
}
