import { expect, hydrated, open, test } from "../support/test.ts";

test("the theme changes at once and stays", async ({ page }) => {
  await open(page, "/");
  const html = page.locator("html");
  const background = () => html.evaluate((element) => getComputedStyle(element).backgroundColor);
  await expect(html).toHaveAttribute("data-theme", "system");
  const light = await background();
  // A reload would lose this mark.
  await html.evaluate((element) => element.setAttribute("data-same-document", ""));

  const saved = page.waitForResponse((answer) => answer.request().method() === "POST");
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(html).toHaveAttribute("data-theme", "dark");
  await expect(html).toHaveAttribute("data-same-document", "");
  await expect(page.getByRole("button", { name: "Dark" })).toHaveAttribute("aria-pressed", "true");
  expect(await background()).not.toBe(light);

  expect((await saved).status()).toBe(200);
  await page.reload();
  await hydrated(page);
  await expect(html).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("button", { name: "Dark" })).toHaveAttribute("aria-pressed", "true");
});

test("the language changes on the page where it is chosen, there and back", async ({ page }) => {
  await open(page, "/?from=a%20friend");
  await page.getByRole("button", { name: "Русский" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Каждой задаче — свой клюв.");
  await hydrated(page);
  await expect(page).toHaveURL("/?from=a%20friend");
  await expect(page.locator("html")).toHaveAttribute("lang", "ru");
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Every task finds its beak.");
  await expect(page).toHaveURL("/?from=a%20friend");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the start page is complete, and both preferences work", async ({ page }) => {
    await page.goto("/");
    await expect(page.getByText("the first parrot becomes the administrator")).toBeVisible();

    await page.getByRole("button", { name: "Dark" }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await page.getByRole("button", { name: "Русский" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Каждой задаче — свой клюв.");
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await expect(page).toHaveURL("/");
  });
});

test("a forged form sends nobody to another site", async ({ request }) => {
  for (const address of ["https://cat.example/", "//cat.example/", "/\\cat.example/"]) {
    const answer = await request.post("/api/choose_theme", {
      form: { theme: "dark", return_to: address },
      headers: { accept: "text/html" },
      maxRedirects: 0,
    });
    expect(answer.status(), address).toBe(302);
    expect(answer.headers()["location"], address).toBe("/");
  }
});
