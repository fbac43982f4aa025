import { expectNoBarrier } from "../support/barriers.ts";
import { request } from "../support/deliveries.ts";
import { enrolled } from "../support/people.ts";
import { expect, hydrated, open, test } from "../support/test.ts";

// Nobody works on events: a run stays where it is.
test.use({ installation: "idle-run" });

test("a run's progress survives leaving, and the page follows it to its end", async ({ browser, program, complaints }) => {
  const polly = await enrolled(browser, program.address, "Polly", 421, complaints);
  await enrolled(browser, program.address, "Coco", 422, complaints);
  for (const title of ["Sing", "Dance"]) expect((await request(polly).post("/api/v1/tasks", { data: { title } })).status()).toBe(201);

  await open(polly, "/tasks/reassign-runs");
  await polly.getByText("Assign all…").click();
  await polly.getByRole("button", { name: "Assign all now" }).click();
  await expect(polly).toHaveURL(/\/tasks\/reassign-runs\/1$/);
  await hydrated(polly);
  const progress = polly.getByRole("progressbar", { name: "Progress of the reassignment" });
  await expect(progress).toHaveAttribute("max", "2");
  await expect(polly.getByText("0 of 2 tasks reassigned.")).toBeVisible();
  await expectNoBarrier(polly);
  // Asking again answers with the run that is running.
  expect(await (await request(polly).post("/api/v1/tasks/reassign")).json()).toMatchObject({ run_id: 1, status: "running" });

  // Wherever a manager comes from, the run is there.
  for (const path of ["/tasks", "/tasks/reassign-runs"]) {
    await open(polly, path);
    await expect(progress).toBeVisible();
  }
  await progress.locator("..").getByRole("link", { name: "Refresh" }).click();
  await hydrated(polly);
  const loadedAt = await polly.evaluate(() => performance.timeOrigin);

  // What a batch does, without anybody to do it; then somebody else cancels the run, and all pages hear of it.
  await program.sql("UPDATE tracker.reassign_run SET assigned = 1");
  expect((await request(polly).post("/api/v1/reassign-runs/1/cancel")).status()).toBe(200);
  await expect(polly.getByRole("heading", { level: 1 })).toContainText("cancelled");
  await expect(polly.getByRole("button", { name: "Cancel run" })).toHaveCount(0);
  await expect(progress).toHaveCount(0);
  expect(await polly.evaluate(() => performance.timeOrigin)).toBe(loadedAt);
  await open(polly, "/tasks");
  await expect(progress).toHaveCount(0);
});

test("without JavaScript the page comes again by itself, and cancels", async ({ browser, program, complaints }) => {
  const jago = await enrolled(browser, program.address, "Jago", 423, complaints);
  await program.sql(`UPDATE auth."user" SET role = 'manager' WHERE display_name = 'Jago'`);
  const storageState = await jago.context().storageState();
  const context = await browser.newContext({ baseURL: program.address, locale: "ru-RU", javaScriptEnabled: false, storageState });
  await context.addCookies([{ name: "locale", value: "ru", url: program.address }]);
  const page = await context.newPage();
  await page.goto("/tasks");
  await page.getByRole("link", { name: "Переназначить всё…" }).click();
  await page.getByText("Переназначить всё…").click();
  await page.getByRole("button", { name: "Переназначить сейчас" }).click();
  await expect(page.getByText("Переназначено 0 из 2.")).toBeVisible();
  await program.sql("UPDATE tracker.reassign_run SET assigned = 1 WHERE status = 'running'");
  await expect(page.getByText("Переназначено 1 из 2.")).toBeVisible();
  await page.getByRole("button", { name: "Отменить переназначение" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("отменено");
  await context.close();
});
