import { expect, hydrated, open, test } from "../support/test.ts";

test("the start page says what this is and whether anybody is here", async ({ page }) => {
  await open(page, "/");
  await expect(page).toHaveTitle("A task exchange for parrots · aTES");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Every task finds its beak.");
  await expect(page.getByText("the first parrot becomes the administrator")).toBeVisible();
  await expect(page.getByRole("region", { name: "How it works" }).getByRole("listitem")).toHaveCount(3);
  await expect(page.getByRole("table", { name: /A day in the ledger/ })).toContainText("Nightly payout");
});

test("the Tab key leads to the content first", async ({ page }) => {
  await open(page, "/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test.describe("in a browser that prefers Russian", () => {
  test.use({ locale: "ru-RU" });

  test("the start page is Russian", async ({ page }) => {
    await open(page, "/");
    await expect(page.locator("html")).toHaveAttribute("lang", "ru");
    await expect(page).toHaveTitle("Биржа задач для попугаев · aTES");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Каждой задаче — свой клюв.");
  });
});

test("an address without a page is answered in words, with the status 404 and a way home", async ({ page, complaints }) => {
  const answer = await page.goto("/no-such-perch");
  expect(answer?.status()).toBe(404);
  await hydrated(page);
  await expect(page).toHaveTitle("Page not found · aTES");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Nobody sits on this perch");
  await page.getByRole("link", { name: "Back to the start page" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Every task finds its beak.");
  await expect(page).toHaveTitle("A task exchange for parrots · aTES");
  await expect(page.getByText("the first parrot becomes the administrator")).toBeVisible();
  // Chromium reports the status as an error.
  expect(complaints.splice(0)).toEqual([expect.stringContaining("404")]);
});
