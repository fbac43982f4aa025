import { expectNoBarrier } from "../support/barriers.ts";
import { request } from "../support/deliveries.ts";
import { enrolled } from "../support/people.ts";
import { createTask } from "../support/tasks.ts";
import { expect, forgetStatus, open, test } from "../support/test.ts";

test.use({ installation: "audit" });

const AUDIT = "/admin/audit";

interface Report {
  status: string;
  rules: number;
  findings: { rule: string; breaches: number }[];
}

test("an administrator has the books audited, and learns what is wrong with them", async ({ browser, program }) => {
  test.slow();
  const complaints: string[] = [];
  const admin = await enrolled(browser, program.address, "Polly", 401, complaints);
  const worker = await enrolled(browser, program.address, "Coco", 402, complaints);
  await createTask(admin, { title: "Count the seeds" });
  await expect.poll(() => program.sql("SELECT count(*) FROM accounting.account_log")).toEqual(["1"]);

  expect((await request(admin).get("/api/v1/audit")).status()).toBe(404);
  await admin.getByRole("link", { name: "Audit", exact: true }).click();
  await expect(admin).toHaveURL(AUDIT);
  await expect(admin.getByText("This server has not audited the books since it was started.")).toBeVisible();
  await expectNoBarrier(admin);
  await admin.getByRole("button", { name: "Audit the books" }).click();
  // The page loads itself anew as long as the audit goes on.
  await expect(admin.getByText(/The books are right. All 24 rules held/)).toBeVisible({ timeout: 30_000 });
  await expect(admin.getByRole("listitem").filter({ hasText: "holds" })).toHaveCount(24);
  await expectNoBarrier(admin);

  await test.step("somebody changes a balance past the program", async () => {
    await program.sql("UPDATE accounting.account SET balance = balance + 1");
    expect((await request(admin).post("/api/v1/audit")).status()).toBe(202);
    const report = async () => (await (await request(admin).get("/api/v1/audit")).json()) as Report;
    await expect.poll(async () => (await report()).status).toBe("done");
    const { rules, findings } = await report();
    expect(findings).toHaveLength(rules);
    expect(findings.filter(({ breaches }) => breaches > 0).map(({ rule }) => rule)).toEqual(["balances"]);
    await open(admin, AUDIT);
    await expect(admin.getByRole("alert")).toContainText("The books are wrong: 1 of 24 rules");
    const broken = admin.getByRole("listitem").filter({ hasText: "broken" });
    await expect(broken).toContainText("A balance is the sum of its entries.");
    await expect(broken).toContainText(/account 1 says/);
    await expectNoBarrier(admin);
  });

  await test.step("nobody else may", async () => {
    expect((await worker.goto(AUDIT))?.status()).toBe(403);
    expect((await request(worker).post("/api/v1/audit")).status()).toBe(403);
    expect((await request(worker).get("/api/v1/audit")).status()).toBe(403);
  });
  forgetStatus(complaints, 403);
  expect(complaints).toEqual([]);
});
