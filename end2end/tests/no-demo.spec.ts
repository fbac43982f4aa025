import { expect, open, test } from "../support/test.ts";

test("without a demo company nobody lends a photo", async ({ page, request }) => {
  await open(page, "/login");
  await expect(page.getByRole("button", { name: "Log in as" })).toHaveCount(0);
  expect((await request.post("/login/demo", { form: { parrot: "ada" } })).status()).toBe(404);
  expect((await request.get("/demo/ada.png")).status()).toBe(404);
});
