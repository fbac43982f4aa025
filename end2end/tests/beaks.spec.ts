import { readFile } from "node:fs/promises";
import path from "node:path";

import { enrol, expectLoggedIn, logOut, showPhoto } from "../support/people.ts";
import { type Photo, photoOf } from "../support/photo.ts";
import { BEAK_PHOTOS, BEAK_WEIGHTS, expect, forgetStatus, test } from "../support/test.ts";

test.use({ installation: "beaks" });

/** The first photo of the folder whose line in the table is like this. */
async function photoLike(pattern: RegExp): Promise<Photo> {
  const folder = BEAK_PHOTOS ?? "";
  const lines = (await readFile(path.join(folder, "labels.csv"), "utf8")).split("\n");
  const name = lines.find((line) => pattern.test(line))?.split(",")[0] ?? "";
  return { name, mimeType: "image/jpeg", buffer: await readFile(path.join(folder, name)) };
}

test("a parrot shows its beak, and what is none is told apart", async ({ page, complaints }) => {
  test.skip(BEAK_WEIGHTS === undefined || BEAK_PHOTOS === undefined, "ATES_BEAK_WEIGHTS and ATES_BEAK_PHOTOS are not set");
  await showPhoto(page, await photoOf(page, 1));
  await expect(page.getByRole("alert")).toContainText("We see no parrot in the photo");
  await showPhoto(page, await photoLike(/^co\d+[^,]*,other,/));
  await expect(page.getByRole("alert")).toContainText("We see no parrot in the photo");
  await showPhoto(page, await photoLike(/,parrot,hidden,.*,cover-solid,/));
  await expect(page.getByRole("alert")).toContainText(/We cannot see your beak|Your beak is too small/);
  forgetStatus(complaints, 422);

  const parrot = await photoLike(/,parrot,visible,.*,0,conure[^,]*,,/);
  await enrol(page, parrot, { name: "Kesha", email: "kesha@parrots.example" });
  await logOut(page);
  await showPhoto(page, parrot);
  await expectLoggedIn(page, "Kesha");
});
