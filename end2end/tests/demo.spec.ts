import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { WORDS, expectLoggedIn, logOut } from "../support/people.ts";
import { expect, hydrated, open, test } from "../support/test.ts";

test.use({ installation: "demo" });

const NAMES = [
  "Ada Greyfeather",
  "Hernando Macaw",
  "Penelope Nutt",
  "Иннокентий Перьев",
  "Аркадий Хохолков",
  "Mango Featherstone",
  "Jasper Squawkins",
  "Pip Shellby",
];

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });
    const way = { withCode: javaScriptEnabled };

    test("eight parrots lend their photos", async ({ page }) => {
      await page.goto("/login");
      if (javaScriptEnabled) await hydrated(page);
      await expect(parrots(page)).toHaveCount(NAMES.length);
      for (const name of NAMES) await expect(portrait(page, name)).toHaveJSProperty("naturalWidth", 480);

      await page.getByRole("button", { name: "Log in as Penelope" }).click();
      await expectLoggedIn(page, "Penelope Nutt", way);
      await expect(page.getByRole("button", { name: "Account of" })).toContainText("accountant");
      await logOut(page, way);
    });
  });
}

test("the parrots are also there for who comes from another page, or comes back, and on no other page", async ({ page }) => {
  await open(page, "/");
  expect(await page.content()).not.toContain("Penelope");
  await page.getByRole("banner").getByRole("link", { name: "Log in" }).click();
  await hydrated(page);
  await expect(parrots(page)).toHaveCount(NAMES.length);
  await page.getByRole("banner").getByRole("link", { name: "aTES, to the start page" }).click();
  await expect(page).toHaveURL("/");
  await page.goBack();
  await expect(parrots(page)).toHaveCount(NAMES.length);
  await expect(page.getByText("Иннокентий", { exact: true })).toHaveAttribute("lang", "ru");
  await page.getByRole("button", { name: "Log in as Иннокентий" }).click();
  await expectLoggedIn(page, "Иннокентий Перьев", { words: WORDS.ru });
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`log-in page of the demo company, ${colorScheme}: no serious barrier`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(page, "/login");
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }))).toEqual([]);
  });
}

for (const locale of ["en-GB", "ru-RU"]) {
  test.describe(locale, () => {
    test.use({ locale, viewport: { width: 360, height: 740 } });

    test("log-in page of the demo company: nothing sticks out on a phone", async ({ page }) => {
      await open(page, "/login");
      await expect(parrots(page)).toHaveCount(NAMES.length);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    });
  });
}

test("a parrot that is not of the company gets nothing", async ({ request }) => {
  expect((await request.post("/login/demo", { form: { parrot: "cat" } })).status()).toBe(404);
  expect((await request.get("/demo/cat.png")).status()).toBe(404);
  const portrait = await request.get("/demo/pip.png");
  expect(portrait.headers()).toMatchObject({ "content-type": "image/png", "cache-control": "public, max-age=3600" });
});

function parrots(page: Page) {
  return page.getByRole("button", { name: /^(Log in as|Войти как) / });
}

function portrait(page: Page, name: string) {
  return page.getByRole("img", { name: `Portrait of ${name}` });
}
