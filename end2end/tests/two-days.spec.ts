import { type Browser, type Page } from "@playwright/test";

import { request } from "../support/deliveries.ts";
import { written } from "../support/figures.ts";
import { enrolled } from "../support/people.ts";
import { expect, open, test } from "../support/test.ts";

// Its clock is moved.
test.use({ installation: "two days" });

interface Task {
  task_id: number;
  assignee_user_id: string;
}

interface Price {
  task_id: number;
  assign_fee: number;
  resolve_price: number;
}

/** What a day must come to, worked out from tasks and prices alone. */
interface ExpectedDay {
  fees: number;
  rewards: number;
  negative: number;
  dearest: Price | undefined;
}

/** The company's books as the story keeps them: what each employee would hold. */
const balances = new Map<string, number>();

async function post(page: Page, path: string, data?: object): Promise<unknown> {
  const answer = await request(page).post(`/api/v1/${path}`, data === undefined ? {} : { data });
  expect(answer.ok(), `${path}: ${answer.status()}`).toBe(true);
  return answer.json();
}

/** A day on which so many tasks are created; who is a finisher finishes all of theirs, everybody else none. */
async function workFor(manager: Page, workers: Map<string, Page>, finisher: string, tasks: number): Promise<ExpectedDay> {
  const created: Task[] = [];
  for (let number = 0; number < tasks; number++) created.push((await post(manager, "tasks", { title: `Preen ${number}` })) as Task);
  const finished = created.filter(({ assignee_user_id }) => assignee_user_id === finisher);
  const page = workers.get(finisher);
  for (const { task_id } of finished) await post(page ?? manager, `tasks/${task_id}/resolve`);

  const ids = created.map(({ task_id }) => task_id).join(",");
  const read = async () => (await (await request(manager).get(`/api/v1/prices?task_ids=${ids}`)).json()) as Price[];
  await expect.poll(async () => (await read()).length).toBe(created.length);
  const prices = new Map((await read()).map((price) => [price.task_id, price]));
  const price = ({ task_id }: Task) => prices.get(task_id) ?? { task_id, assign_fee: NaN, resolve_price: NaN };
  const move = (user: string, cents: number) => balances.set(user, (balances.get(user) ?? 0) + cents);
  for (const task of created) move(task.assignee_user_id, -price(task).assign_fee);
  for (const task of finished) move(finisher, price(task).resolve_price);
  const byPrice = (a: Price, b: Price) => b.resolve_price - a.resolve_price || a.task_id - b.task_id;
  return {
    fees: created.reduce((sum, task) => sum + price(task).assign_fee, 0),
    rewards: finished.reduce((sum, task) => sum + price(task).resolve_price, 0),
    negative: [...balances.values()].filter((balance) => balance < 0).length,
    dearest: finished.map(price).sort(byPrice)[0],
  };
}

test("two days of a company, each figure as the story works it out", async ({ browser, program }) => {
  test.slow();
  const complaints: string[] = [];
  const someone = (browser: Browser, name: string, seed: number) => enrolled(browser, program.address, name, seed, complaints);
  const admin = await someone(browser, "Ada", 501);
  const manager = await someone(browser, "Mia", 504);
  await program.run("user", "set-role", "mia@parrots.example", "manager");
  const workers = new Map<string, Page>();
  for (const [name, seed] of [["Bo", 502], ["Coco", 503]] as const) {
    const page = await someone(browser, name, seed);
    const [user] = await program.sql(`SELECT user_id FROM auth."user" WHERE display_name = '${name}'`);
    workers.set(user ?? "", page);
  }
  const [finisher] = [...workers.keys()];
  // Noon, by the clock that only tests and the demo set (migrations/bus/0002_company_clock.sql): no day ends by itself meanwhile.
  await program.sql("UPDATE bus.company_clock SET clock_offset = date_trunc('day', now()) + interval '12 hours' - now()");
  const days = async () => program.sql("SELECT (bus.company_now() AT TIME ZONE 'UTC')::date");

  const [first] = await days();
  const firstDay = await workFor(manager, workers, finisher ?? "", 5);
  // The night: who has earned something is paid, debts are carried over.
  await expect.poll(() => program.sql("SELECT count(*)::int FROM bus.delivery WHERE status <> 'done'")).toEqual(["0"]);
  await program.sql("UPDATE bus.company_clock SET clock_offset = clock_offset + interval '1 day'");
  const paid = () => program.sql("SELECT status FROM accounting.payroll_run");
  await expect.poll(paid, { timeout: 30_000 }).toEqual(["done"]);
  for (const [user, balance] of balances) balances.set(user, Math.min(balance, 0));

  const [second] = await days();
  const secondDay = await workFor(manager, workers, finisher ?? "", 4);
  await expect.poll(() => program.sql("SELECT count(*)::int FROM bus.delivery WHERE status <> 'done'")).toEqual(["0"]);

  await open(manager, `/analytics?from=${first}&to=${second}`);
  await expect(manager.locator("[data-live] .figure")).toHaveText([
    written(secondDay.fees - secondDay.rewards),
    String(secondDay.negative),
    secondDay.dearest ? written(secondDay.dearest.resolve_price) : "None yet",
  ]);
  const rows = manager.getByRole("region", { name: "The days in figures" }).getByRole("row");
  const tasks = manager.getByRole("region", { name: "The most expensive tasks" }).getByRole("row");
  for (const [row, { fees, rewards, negative, dearest }] of [secondDay, firstDay].entries()) {
    await expect(rows.nth(1 + row).getByRole("cell")).toHaveText([...[fees, rewards, fees - rewards].map(written), String(negative)]);
    if (dearest) await expect(tasks.nth(1 + row)).toContainText(`#${dearest.task_id} `);
    else await expect(tasks.nth(1 + row)).toContainText("No task was finished");
  }

  // The audit, which recomputes everything from the ledger, says the same.
  await post(admin, "audit");
  const report = async () => (await (await request(admin).get("/api/v1/audit")).json()) as { status: string; findings: { breaches: number }[] };
  await expect.poll(async () => (await report()).status).toBe("done");
  expect((await report()).findings.filter(({ breaches }) => breaches > 0)).toEqual([]);
  expect(complaints).toEqual([]);
});
