import { expectNoBarrier } from "../support/barriers.ts";
import { request } from "../support/deliveries.ts";
import { become } from "../support/people.ts";
import { expect, forgetStatus, hydrated, open, test } from "../support/test.ts";

// Its parrots have open tasks.
test.use({ installation: "demo" });

const REASSIGN = "/tasks/reassign-runs";

interface Run {
  run_id: number;
  status: string;
  open_tasks: number;
  assigned: number;
  failures: number;
}

test("a manager assigns all open tasks anew, and sees what it costs and how it ends", async ({ page, program }) => {
  await become(page, "Hernando");
  await open(page, "/tasks");
  await page.getByRole("link", { name: "Assign all…" }).click();
  await expect(page).toHaveURL(REASSIGN);
  await hydrated(page);
  const [openTasks] = await program.sql("SELECT count(*)::int FROM tracker.task WHERE status = 'IN_PROGRESS'");
  const [chargedBefore] = await program.sql("SELECT count(*)::int FROM accounting.account_log WHERE type = 'WITHDRAW'");
  const count = Number(openTasks);
  await expect(page.getByText(`${count} tasks are open.`)).toBeVisible();
  await page.getByText("Assign all…").click();
  await expect(page.getByText(`between ${(count * 10).toFixed(2)} and ${(count * 20).toFixed(2)}`)).toBeVisible();
  await expectNoBarrier(page);

  await page.getByRole("button", { name: "Assign all now" }).click();
  await expect(page).toHaveURL(/\/tasks\/reassign-runs\/\d+$/);
  // The page comes again by itself as long as the run goes on.
  await expect(page.getByRole("heading", { level: 1 })).toContainText("done");
  const [run] = (await (await request(page).get("/api/v1/reassign-runs")).json()) as Run[];
  expect(run).toMatchObject({ status: "done", open_tasks: count, assigned: count, failures: 0 });
  await hydrated(page);
  await expectNoBarrier(page);

  await page.getByRole("link", { name: "All reassignments" }).click();
  await hydrated(page);
  await expect(page.getByRole("row").nth(1)).toContainText("Hernando");
  await expect(page.getByRole("row").nth(1)).toContainText("done");
  await expectNoBarrier(page);
  // Each task was charged once more.
  await expect
    .poll(() => program.sql("SELECT count(*)::int FROM accounting.account_log WHERE type = 'WITHDRAW'"))
    .toEqual([String(Number(chargedBefore) + count)]);
});

test("employees are told what a reassignment changed for them", async ({ page, program }) => {
  await become(page, "Hernando");
  const begun = await request(page).post("/api/v1/tasks/reassign");
  expect(begun.status()).toBe(202);
  const { run_id } = (await begun.json()) as Run;
  await expect.poll(async () => ((await (await request(page).get(`/api/v1/reassign-runs/${run_id}`)).json()) as Run).status).toBe("done");
  for (const name of ["Mango", "Jasper", "Penelope"]) {
    const [share] = await program.sql(
      `SELECT gained || ' ' || lost FROM tracker.reassign_share JOIN auth."user" USING (user_id) WHERE run_id = ${run_id} AND starts_with(display_name, '${name}')`,
    );
    await become(page, name);
    await open(page, "/tasks");
    const note = page.getByText(/Tasks were assigned anew/);
    if (share === undefined || share === "0 0") {
      await expect(note).toHaveCount(0);
    } else {
      const [gained, lost] = share.split(" ");
      await expect(note).toContainText(`you gained ${gained}, and lost ${lost}.`);
    }
  }
});

test("a reassignment is for managers and administrators", async ({ page, complaints }) => {
  await become(page, "Mango");
  await open(page, "/tasks");
  await expect(page.getByRole("link", { name: "Assign all…" })).toHaveCount(0);
  expect((await request(page).post("/api/v1/tasks/reassign")).status()).toBe(403);
  expect((await request(page).get("/api/v1/reassign-runs")).status()).toBe(403);
  const answer = await page.goto(REASSIGN);
  expect(answer?.status()).toBe(403);
  forgetStatus(complaints, 403);
});
