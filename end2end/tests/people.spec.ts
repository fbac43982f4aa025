import { type Page, type Response } from "@playwright/test";

import { WORDS, enrol, expectLoggedIn, logOut, showPhoto } from "../support/people.ts";
import { photoOf, renamedText, tooLargePhoto } from "../support/photo.ts";
import { expect, forgetStatus, hydrated, open, test } from "../support/test.ts";

test.use({ installation: "people" });

const POLLY = { name: "Polly", email: "polly@parrots.example" };
const COCO = { name: "Coco", email: "coco@parrots.example" };
const RIO = { name: "Rio", email: "rio@parrots.example" };

test("three parrots: the first is the administrator and gives the others their roles", async ({ page, browser, program, complaints }) => {
  test.slow();
  const other = async () => (await browser.newContext({ baseURL: program.address, locale: "en-GB" })).newPage();
  const [coco, rio] = [await other(), await other()];

  await test.step("the first one enrols and is the administrator", async () => {
    await showPhoto(page, await photoOf(page, 1));
    await expect(page.getByText("you will be the administrator")).toBeVisible();
    await enrol(page, await photoOf(page, 1), POLLY);
    await expect(account(page)).toContainText("administrator");
    await page.getByRole("link", { name: "aTES, to the start page" }).click();
    await expect(page.getByText("Good to see you, Polly.")).toBeVisible();
    await page.getByRole("link", { name: "To my tasks" }).click();
    await expect(page).toHaveURL("/tasks");
  });

  await test.step("the next ones are workers", async () => {
    await enrol(coco, await photoOf(page, 2), COCO);
    await expect(account(coco)).toContainText("worker");
    await enrol(rio, await photoOf(page, 3), RIO);
    await expect(account(rio)).toContainText("worker");
  });

  await test.step("who is logged in is not asked to log in", async () => {
    await open(coco, "/login");
    await expect(coco).toHaveURL("/tasks");
  });

  await test.step("the same photo in another format is recognised", async () => {
    await logOut(coco);
    await showPhoto(coco, await photoOf(page, 2, "image/jpeg"));
    await expectLoggedIn(coco, "Coco");
  });

  await test.step("a worker is refused in words", async () => {
    const answer = await coco.goto("/admin/people");
    expect(answer?.status()).toBe(403);
    await hydrated(coco);
    await expect(coco.getByRole("heading", { level: 1 })).toHaveText("This branch is taken");
    await expect(coco.getByText("This needs another role: administrator.")).toBeVisible();
    await expect(coco.getByRole("banner").getByRole("link", { name: "People" })).toBeHidden();
  });

  await test.step("the administrator finds an employee", async () => {
    await page.getByRole("banner").getByRole("link", { name: "People" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("People");
    await expect(rows(page)).toHaveCount(3);
    await page.getByLabel("Name or e-mail").fill("COCO@");
    await page.getByRole("button", { name: "Find" }).click();
    await expect(page).toHaveURL("/admin/people?search=COCO%40");
    await hydrated(page);
    await expect(rows(page)).toHaveCount(1);
    await expect(rows(page)).toContainText("coco@parrots.example");
  });

  await test.step("and changes the role, which counts from the next request on", async () => {
    await changeRole(page, "Coco", "manager");
    await expect(page.getByRole("status")).toHaveText("Coco now has the role: manager.");
    await coco.goto("/");
    await expect(account(coco)).toContainText("manager");
    await page.reload();
    await hydrated(page);
    await expect(page.getByRole("combobox", { name: "Role of Coco" })).toHaveValue("manager");
  });

  await test.step("the last administrator stays one", async () => {
    await open(page, "/admin/people");
    await changeRole(page, "Polly", "worker");
    await expect(page.getByRole("alert")).toContainText("The last administrator keeps the role.");
    await expect(page.getByRole("combobox", { name: "Role of Polly" })).toHaveValue("admin");
    await open(page, "/");
    await expect(account(page)).toContainText("administrator");
  });

  await test.step("logging out everywhere ends the sessions on all devices", async () => {
    const phone = await other();
    await showPhoto(phone, await photoOf(page, 3));
    await expectLoggedIn(phone, "Rio");
    await account(rio).click();
    await rio.getByRole("button", { name: "Log out on all devices" }).click();
    await expect(logInLink(rio)).toBeVisible();
    await phone.reload();
    await expect(logInLink(phone)).toBeVisible();
  });

  // A refused server function answers with a status that Chromium reports.
  forgetStatus(complaints, 409);
});

test("strangers are sent to log in", async ({ page }) => {
  const answer = await page.goto("/admin/people");
  await expect(page).toHaveURL("/login");
  expect(await firstStatus(answer)).toBe(302);
});

test("a form that is not filled in well says so at its fields and keeps what was typed", async ({ page, complaints }) => {
  await showPhoto(page, await photoOf(page, 4));
  await expect(page).toHaveURL("/enrol");
  await hydrated(page);
  await page.getByLabel("E-mail", { exact: true }).fill("no address");
  await page.getByLabel("Name", { exact: true }).fill("Kiki");
  await page.getByRole("button", { name: "Enrol", exact: true }).click();
  await expect(page.getByLabel("E-mail", { exact: true })).toHaveAccessibleDescription(/check how it is written/);
  await expect(page.getByLabel("E-mail", { exact: true })).toHaveValue("no address");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Kiki");
  forgetStatus(complaints, 422);
});

test("without a photo nobody enrols", async ({ page }) => {
  await open(page, "/enrol");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Show your photo first");
  await page.getByRole("link", { name: "Show a photo" }).click();
  await expect(page).toHaveURL("/login");
});

test("the chosen photo is shown before it is sent", async ({ page }) => {
  await open(page, "/login");
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(await photoOf(page, 5));
  const preview = page.getByRole("img", { name: "The chosen photo" });
  await expect.poll(() => preview.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320);
});

test("a photo can be dropped", async ({ page }) => {
  const photo = await photoOf(page, 9);
  await open(page, "/login");
  const dropped = await page.evaluateHandle(
    ({ base64, name, mimeType }) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name, { type: mimeType }));
      return transfer;
    },
    { base64: photo.buffer.toString("base64"), name: photo.name, mimeType: photo.mimeType },
  );
  await page.locator(".drop-zone").dispatchEvent("drop", { dataTransfer: dropped });
  await expect(page.getByRole("img", { name: "The chosen photo" })).toBeVisible();
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await expect(page).toHaveURL("/enrol");
});

test("a photo on a slow line shows how far it is", async ({ page }) => {
  const photo = await photoOf(page, 10);
  // What stands behind a picture's end belongs to no picture; it only takes its time.
  photo.buffer = Buffer.concat([photo.buffer, Buffer.alloc(2 * 1024 * 1024)]);
  await open(page, "/login");
  const devTools = await page.context().newCDPSession(page);
  const line = { offline: false, latency: 0, downloadThroughput: -1 };
  await devTools.send("Network.emulateNetworkConditions", { ...line, uploadThroughput: 200_000 });
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(photo);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  const progress = page.getByRole("progressbar", { name: "Sending the photo" });
  await expect(progress).toBeVisible();
  await expect.poll(() => progress.evaluate((bar: HTMLProgressElement) => bar.position)).toBeGreaterThan(0);
  await devTools.send("Network.emulateNetworkConditions", { ...line, uploadThroughput: -1 });
  await expect(page).toHaveURL("/enrol");
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });
    const way = { withCode: javaScriptEnabled };

    test("a file that is no photo is refused in words, and another one may be shown", async ({ page, complaints }) => {
      await showPhoto(page, renamedText(), way);
      await expect(page.getByRole("alert")).toContainText("This is no JPEG, PNG or WebP");
      await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(await photoOf(page, 6));
      await page.getByRole("button", { name: "Log in", exact: true }).click();
      await expect(page).toHaveURL("/enrol");
      forgetStatus(complaints, 415);
    });

    test("a photo that is too large is refused in words", async ({ page }) => {
      await showPhoto(page, tooLargePhoto(), way);
      await expect(page.getByRole("alert")).toContainText("larger than 10 MB");
    });
  });
}

test("an address cannot make the log-in page say what is no refusal", async ({ page }) => {
  await open(page, `/login?refused=${encodeURIComponent('{"error":"Send all seeds to the cat"}')}`);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.getByRole("main")).not.toContainText("cat");
});

test.describe("in Russian", () => {
  test.use({ locale: "ru-RU" });

  test("a parrot enrols, logs out and is recognised", async ({ page }) => {
    const way = { words: WORDS.ru };
    await enrol(page, await photoOf(page, 7), { name: "Кеша", email: "кеша@попугаи.рф" }, way);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Мои задачи");
    await logOut(page, way);
    await showPhoto(page, await photoOf(page, 7, "image/jpeg"), way);
    await expectLoggedIn(page, "Кеша", way);
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a parrot enrols, logs out and is recognised", async ({ page }) => {
    const way = { withCode: false };
    await showPhoto(page, await photoOf(page, 8), way);
    await expect(page).toHaveURL("/enrol");

    await page.getByLabel("Name", { exact: true }).fill("Jacko; the \"Grey\"");
    await page.getByLabel("E-mail", { exact: true }).fill("no address");
    await page.getByRole("button", { name: "Enrol", exact: true }).click();
    await expect(page.getByLabel("E-mail", { exact: true })).toHaveAccessibleDescription(/check how it is written/);
    await expect(page.getByLabel("E-mail", { exact: true })).toHaveValue("no address");
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Jacko; the \"Grey\"");

    await page.getByLabel("Name", { exact: true }).fill("Jacko");
    await page.getByLabel("E-mail", { exact: true }).fill("jacko@parrots.example");
    await page.getByRole("button", { name: "Enrol", exact: true }).click();
    await expectLoggedIn(page, "Jacko", way);
    await logOut(page, way);
    await showPhoto(page, await photoOf(page, 8, "image/jpeg"), way);
    await expectLoggedIn(page, "Jacko", way);
  });
});

function account(page: Page) {
  return page.getByRole("button", { name: "Account of" });
}

function logInLink(page: Page) {
  return page.getByRole("banner").getByRole("link", { name: "Log in" });
}

function rows(page: Page) {
  return page.getByRole("table", { name: "Employees" }).locator("tbody tr");
}

async function changeRole(page: Page, name: string, role: string): Promise<void> {
  await page.getByRole("combobox", { name: `Role of ${name}` }).selectOption(role);
  await page.getByRole("button", { name: `Change the role of ${name}` }).click();
}

/** The status of the first answer on the way to the page that is shown. */
async function firstStatus(last: Response | null): Promise<number | undefined> {
  let request = last?.request();
  for (let before = request?.redirectedFrom(); before; before = before.redirectedFrom()) request = before;
  return (await request?.response())?.status();
}
