import type { Locator, Page } from "@playwright/test";

import { expectNoBarrier } from "../support/barriers.ts";
import { QUEUES, deliveries, queue, request } from "../support/deliveries.ts";
import { enrolled } from "../support/people.ts";
import { expect, forgetStatus, open, test } from "../support/test.ts";

test.use({ installation: "idle" });

test("every page tells administrators, and nobody else, what waits and what goes on", async ({ browser, program, page, complaints }) => {
  const polly = await enrolled(browser, program.address, "Polly", 411, complaints);
  const coco = await enrolled(browser, program.address, "Coco", 412, complaints);
  expect((await request(polly).post("/api/v1/tasks", { data: { title: "Sing" } })).status()).toBe(201);

  for (const path of ["/", "/tasks", "/accounting", "/admin/people", `${QUEUES}/1`, "/no-such-perch"]) {
    await open(polly, path);
    await expect(notice(polly)).toContainText("Nobody works on events");
    await expect(notice(polly)).toContainText("Tasks can be created and finished meanwhile");
  }
  await open(coco, "/tasks");
  await expect(notice(coco)).toHaveCount(0);
  await open(page, "/");
  await expect(notice(page)).toHaveCount(0);

  await open(polly, "/tasks");
  await notice(polly).getByRole("link", { name: "To the queues" }).click();
  await expect(polly).toHaveURL(QUEUES);
  await expect(notice(polly)).toHaveCount(0);
  await expect(polly.getByRole("alert")).toContainText("Start “ates serve” or “ates jobs”.");
  await expect(queue(polly, "Accounting charges fees (task_assign)").getByRole("cell").first()).toHaveText("1");
  await queue(polly, "Accounting charges fees (task_assign)").getByRole("link", { name: "1" }).click();
  await expect(deliveries(polly)).toContainText(/Task #1 “Sing” was assigned to Coco/);

  await open(polly, "/tasks");
  await expectNoBarrier(polly);
  await polly.setViewportSize({ width: 360, height: 740 });
  expect(await polly.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  // There is no page at one of the addresses.
  forgetStatus(complaints, 404);
});

/** What every page tells about the event bus. */
function notice(page: Page): Locator {
  return page.getByRole("complementary", { name: "Event bus" });
}
