import { showPhoto, WORDS } from "../support/people.ts";
import { photoOf } from "../support/photo.ts";
import { expect, forgetStatus, open, test } from "../support/test.ts";

test.use({ installation: "no-weights" });

test("without its weights nobody gets in, and everybody is told", async ({ page, request, complaints }) => {
  await open(page, "/login");
  await expect(page.getByText("Nobody can log in by photo now")).toBeVisible();
  await showPhoto(page, await photoOf(page, 1));
  await expect(page.getByRole("alert")).toContainText("Photos cannot be looked at now");
  await expect(page).toHaveURL("/login");
  forgetStatus(complaints, 503);

  const refused = await request.post("/api/v1/auth/token", { data: (await photoOf(page, 1)).buffer, headers: { "content-type": "image/png" } });
  expect(refused.status()).toBe(503);
  expect(await (await request.get("/readyz")).text()).toContain("photos: refused: the weights are missing");
});

test.describe("in Russian, without JavaScript", () => {
  test.use({ locale: "ru-RU", javaScriptEnabled: false });

  test("the page says so, too", async ({ page }) => {
    await showPhoto(page, await photoOf(page, 1), { words: WORDS.ru, withCode: false });
    await expect(page.getByText("Сейчас по фотографии войти нельзя")).toBeVisible();
    await expect(page.getByRole("alert")).toContainText("Сейчас фотографии не рассматриваются");
  });
});
