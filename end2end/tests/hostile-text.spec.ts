import type { Browser, BrowserContext, Page } from "@playwright/test";

import { publish, request, untilStatus } from "../support/deliveries.ts";
import { become } from "../support/people.ts";
import { createTask } from "../support/tasks.ts";
import { expect, forgetStatus, hydrated, listen, open, test } from "../support/test.ts";

// A demo company in which whatever people type is hostile.
test.use({ installation: "hostile" });

// The stories share what the first step has typed.
test.describe.configure({ mode: "serial" });

/** Ends what markup it may stand in, and leaves an element behind that tests find, wherever it becomes markup. */
const HOSTILE = `</title></script></textarea><!--"'><img data-hostile src=x onerror=hostile()>{{7*7}}&lt;b>`;
const TITLE = `Peel ${HOSTILE}`;
const DESCRIPTION = `All of them ${HOSTILE}\nhttps://seeds.example/"onclick=hostile()//${HOSTILE}`;
const NAME = `Zed ${HOSTILE}`;
const REASON = `Written by a cat ${HOSTILE}`;
const EMAIL = "o'neil&co`{{7*7}}@parrots.example";

/** One of the two who look: an administrator, and a worker whose tasks they are. */
type Visitor = "Ada" | "Mango";

/** A page, who looks at it, and what has to stand on it as text. */
interface Sight {
  path: string;
  visitor: Visitor;
  texts: string[];
  /** What has to stand in the page's title. */
  title?: string;
}

const complaints: string[] = [];
const withCode = new Map<Visitor, BrowserContext>();
const withoutCode = new Map<Visitor, BrowserContext>();
let sights: Sight[] = [];
/** A search that finds nothing, by a text that would do harm. */
const SEARCH = encodeURIComponent(HOSTILE);

test.beforeAll(async ({ browser, program }) => {
  for (const visitor of ["Ada", "Mango"] as const) await logIn(browser, program.address, visitor);
  const admin = request(await pageOf(withCode, "Ada"));

  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
  await program.sql(`
    UPDATE auth."user" SET display_name = ${literal(NAME)}, email = ${literal(EMAIL)} WHERE starts_with(display_name, 'Mango');
    UPDATE auth."user" SET display_name = ${literal(NAME)} WHERE starts_with(display_name, 'Ada');
    UPDATE tracker.task SET title = ${literal(TITLE)}, description = ${literal(DESCRIPTION)};`);
  const first = async (statement: string) => (await program.sql(statement))[0] ?? "";
  const mango = await first(`SELECT user_id FROM auth."user" WHERE email = ${literal(EMAIL)}`);
  const task = await first(`SELECT max(task_id) FROM tracker.task WHERE assignee_user_id = '${mango}' AND status = 'DONE'`);
  const open_task = await first(`INSERT INTO tracker.task (title, description, creator_user_id, assignee_user_id, creation_time, assigned_at)
    VALUES (${literal(TITLE)}, ${literal(DESCRIPTION)}, '${mango}', '${mango}', now(), now()) RETURNING task_id`);
  const letterOfMango = await first(`SELECT business_day || ' ' || letter_id FROM accounting.letter JOIN accounting.account USING (account_id)
    WHERE user_id = '${mango}' AND EXISTS (
      SELECT FROM accounting.account_log AS entry
      WHERE entry.account_id = account.account_id AND entry.business_day = letter.business_day AND type <> 'CLEAR')
    ORDER BY business_day DESC LIMIT 1`);
  const [day, letter] = letterOfMango.split(" ");

  const twice = { task_id: Number(task), title: TITLE, resolver_user_id: mango };
  const deadLetter = await publish(program, { kind: "task_resolve", payload: twice });
  const discarded = await publish(program, { kind: "task_assign", payload: { nonsense: TITLE } });
  for (const delivery of [deadLetter, discarded]) await untilStatus(admin, delivery, "dead");
  expect((await admin.post(`/api/v1/bus/deliveries/${discarded}/discard`, { data: { reason: REASON } })).status()).toBe(204);
  expect((await admin.post("/api/v1/tasks/reassign")).status()).toBe(202);
  await expect.poll(() => program.sql("SELECT count(*)::int FROM tracker.reassign_run WHERE status = 'running'")).toEqual(["0"]);
  // The reassignment has given it to somebody; it has to be Mango's to stand in Mango's list.
  await program.sql(`UPDATE tracker.task SET assignee_user_id = '${mango}' WHERE task_id = ${open_task}`);
  const run = await first("SELECT max(run_id) FROM tracker.reassign_run");

  sights = [
    { path: "/", visitor: "Ada", texts: [NAME] },
    { path: "/tasks", visitor: "Mango", texts: [NAME, TITLE, DESCRIPTION] },
    { path: "/tasks?done", visitor: "Mango", texts: [TITLE, DESCRIPTION] },
    { path: `/tasks/${open_task}`, visitor: "Ada", texts: [TITLE, DESCRIPTION, NAME], title: TITLE },
    { path: `/tasks?search=${SEARCH}`, visitor: "Mango", texts: [] },
    { path: "/tasks/reassign-runs", visitor: "Ada", texts: [NAME] },
    { path: `/tasks/reassign-runs/${run}`, visitor: "Ada", texts: [NAME] },
    { path: "/analytics?by=week", visitor: "Ada", texts: [TITLE] },
    { path: `/analytics?from=${SEARCH}&by=${SEARCH}`, visitor: "Ada", texts: [] },
    { path: "/admin/people", visitor: "Ada", texts: [NAME, EMAIL] },
    { path: `/admin/people?search=${SEARCH}`, visitor: "Ada", texts: [NAME] },
    { path: "/admin/queues?status=any", visitor: "Ada", texts: [TITLE, NAME] },
    { path: `/admin/queues?status=any&error=${SEARCH}`, visitor: "Ada", texts: [] },
    { path: `/admin/queues/${deadLetter}`, visitor: "Ada", texts: [TITLE, NAME, JSON.stringify(TITLE)] },
    { path: `/admin/queues/${discarded}`, visitor: "Ada", texts: [JSON.stringify(TITLE), REASON, NAME] },
    { path: `/admin/payroll/${day}`, visitor: "Ada", texts: [NAME] },
    { path: `/admin/payroll/${day}/${letter}`, visitor: "Ada", texts: [TITLE, NAME, EMAIL] },
    { path: `/accounting/own?day=${day}`, visitor: "Mango", texts: [TITLE] },
    { path: `/accounting/own/pay-slips/${day}`, visitor: "Mango", texts: [TITLE] },
    // What an address says of an error is forged easily.
    { path: `/login?refused=${encodeURIComponent(JSON.stringify(HOSTILE))}`, visitor: "Mango", texts: [] },
    { path: `/tasks?__path=${SEARCH}&__err=${SEARCH}`, visitor: "Mango", texts: [NAME] },
    { path: `/tasks/${SEARCH}`, visitor: "Mango", texts: [] },
    { path: `/${SEARCH}`, visitor: "Mango", texts: [] },
  ];
});

test.afterEach(() => {
  forgetStatus(complaints, 404, 422);
  expect(complaints.splice(0)).toEqual([]);
});

test.afterAll(async () => {
  for (const context of [...withCode.values(), ...withoutCode.values()]) await context.close();
});

test("what people typed is text in every page that the server makes", async () => {
  test.slow();
  for (const sight of sights) {
    const page = await pageOf(withoutCode, sight.visitor);
    await page.goto(sight.path);
    await expectOnlyText(page, sight);
  }
});

test("what people typed is text when the page's code has taken over", async () => {
  test.slow();
  for (const sight of sights) {
    const page = await pageOf(withCode, sight.visitor);
    await open(page, sight.path);
    await expectOnlyText(page, sight);
  }
});

test("what people typed is text when the page's code goes on to another page", async () => {
  const page = await pageOf(withCode, "Mango");
  await open(page, "/tasks?done");
  await page.getByRole("main").getByRole("link", { name: TITLE }).first().click();
  await hydrated(page);
  await expectOnlyText(page, { path: "", visitor: "Mango", texts: [TITLE], title: TITLE });
  await page.goBack();
  await expectOnlyText(page, { path: "", visitor: "Mango", texts: [TITLE] });
});

test("what is looked for stays in its field", async () => {
  for (const contexts of [withCode, withoutCode]) {
    const tasks = await pageOf(contexts, "Mango");
    await tasks.goto(`/tasks?search=${SEARCH}`);
    await expect(tasks.locator("input[name=search]")).toHaveValue(HOSTILE);
    const admin = await pageOf(contexts, "Ada");
    await admin.goto(`/admin/people?search=${SEARCH}`);
    await expect(admin.locator("input[name=search]")).toHaveValue(HOSTILE);
    await admin.goto(`/admin/queues?status=any&error=${SEARCH}`);
    await expect(admin.locator("input[name=error]")).toHaveValue(HOSTILE);
  }
});

test("what is refused comes back as text", async () => {
  const title = HOSTILE.repeat(3);
  for (const contexts of [withCode, withoutCode]) {
    const page = await pageOf(contexts, "Mango");
    await createTask(page, { title, description: DESCRIPTION }, { withCode: contexts === withCode });
    await expect(page.getByLabel("Title", { exact: true })).toHaveAccessibleDescription(/at most 200 characters/);
    await expect(page.getByLabel("Title", { exact: true })).toHaveValue(title);
    await expect(page.getByLabel("Description", { exact: true })).toHaveValue(DESCRIPTION);
    await expect(page.locator("[data-hostile]")).toHaveCount(0);
  }
});

test("texts that read as others are refused", async () => {
  const api = request(await pageOf(withCode, "Mango"));
  const create = async (task: { title: string; description?: string }) => {
    const answer = await api.post("/api/v1/tasks", { data: task });
    return { status: answer.status(), error: ((await answer.json()) as { error?: unknown }).error };
  };
  const refused = (field: string, problem: string) => ({ status: 422, error: { invalid: { field, problem } } });
  for (const title of ["Peel\r\nSet-Cookie: a=b", "Peel\u202egnihton", "Peel\u2028all", "Peel\u2066all", "Peel\u0000all"]) {
    expect(await create({ title })).toEqual(refused("title", "control_characters"));
  }
  for (const title of ["\u200b\u200b", "\u3164", "\ufeff"]) expect(await create({ title })).toEqual(refused("title", "missing"));
  expect(await create({ title: "Peel", description: "all\u202egnihton" })).toEqual(refused("description", "control_characters"));
});

test("a letter's headers end where they should", async ({ program }) => {
  const admin = request(await pageOf(withCode, "Ada"));
  const [letter] = await program.sql("SELECT letter_id FROM accounting.letter ORDER BY letter_id DESC LIMIT 1");
  const answer = await admin.get(`/api/v1/payroll-letters/${letter}`);
  expect(answer.headers()["content-disposition"]).toBe(`attachment; filename="letter-${letter}.eml"`);
  const eml = await answer.text();
  const headers = eml.slice(0, eml.indexOf("\r\n\r\n"));
  expect(headers.split(/\r\n(?!\s)/).map((header) => header.split(":")[0])).toEqual(
    expect.arrayContaining(["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]),
  );
  expect(headers).not.toContain("<img");
});

/** Looks for what must not be there: an element made of a text; and for what must: the texts, to be read. */
async function expectOnlyText(page: Page, { texts, title }: Sight): Promise<void> {
  for (const text of texts) await expect(page.locator("body"), page.url()).toContainText(text);
  await expect(page.locator("[data-hostile], [onclick], [onerror]"), page.url()).toHaveCount(0);
  if (title !== undefined) await expect(page, page.url()).toHaveTitle(new RegExp(title.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")));
}

async function logIn(browser: Browser, baseURL: string, visitor: Visitor): Promise<void> {
  const context = await browser.newContext({ baseURL, locale: "en-GB" });
  listen(context, complaints);
  await become(await context.newPage(), visitor);
  withCode.set(visitor, context);
  const plain = await browser.newContext({ baseURL, locale: "en-GB", javaScriptEnabled: false, storageState: await context.storageState() });
  listen(plain, complaints, false);
  await plain.newPage();
  withoutCode.set(visitor, plain);
}

/** The one page of a visitor. */
async function pageOf(contexts: Map<Visitor, BrowserContext>, visitor: Visitor): Promise<Page> {
  const page = contexts.get(visitor)?.pages()[0];
  if (page === undefined) throw new Error(`${visitor} has not logged in`);
  return page;
}
