import type { Browser, Page } from "@playwright/test";

import { type Photo, photoOf } from "./photo.ts";
import { expect, hydrated, listen, open } from "./test.ts";

/** What a parrot tells of itself. */
export interface Applicant {
  name: string;
  email: string;
}

/** The words of the pages in one language, as far as the stories need them. */
export const WORDS = {
  en: { choose: "Choose a photo", logIn: "Log in", name: "Name", email: "E-mail", enrol: "Enrol", account: "Account of", logOut: "Log out" },
  ru: { choose: "Выберите фотографию", logIn: "Войти", name: "Имя", email: "Эл. почта", enrol: "Зарегистрироваться", account: "Учётная запись", logOut: "Выйти" },
};

/** How a story goes: in which language, and whether the page's code takes part. */
export interface Way {
  words?: (typeof WORDS)["en"];
  withCode?: boolean;
}

/** Logs in as one of the demo company's parrots. */
export async function become(page: Page, name: string): Promise<void> {
  // A page that follows changes would ask on without its session.
  await page.goto("about:blank");
  await page.context().clearCookies();
  await open(page, "/login");
  await page.getByRole("button", { name: `Log in as ${name}` }).click();
  await hydrated(page);
}

/** Shows a photo on the log-in page. What comes of it, the caller waits for. */
export async function showPhoto(page: Page, photo: Photo, { words = WORDS.en, withCode = true }: Way = {}): Promise<void> {
  await page.goto("/login");
  if (withCode) await hydrated(page);
  await page.getByLabel(words.choose, { exact: true }).setInputFiles(photo);
  await page.getByRole("button", { name: words.logIn, exact: true }).click();
}

/** Shows the photo of a parrot that nobody knows, and enrols it. */
export async function enrol(page: Page, photo: Photo, applicant: Applicant, way: Way = {}): Promise<void> {
  const { words = WORDS.en, withCode = true } = way;
  await showPhoto(page, photo, way);
  await expect(page).toHaveURL("/enrol");
  if (withCode) await hydrated(page);
  await page.getByLabel(words.name, { exact: true }).fill(applicant.name);
  await page.getByLabel(words.email, { exact: true }).fill(applicant.email);
  await page.getByRole("button", { name: words.enrol, exact: true }).click();
  await expectLoggedIn(page, applicant.name, way);
}

/** Enrols a parrot with a browser of its own; what that complains about goes to `complaints`. */
export async function enrolled(browser: Browser, baseURL: string, name: string, seed: number, complaints: string[]): Promise<Page> {
  const context = await browser.newContext({ baseURL, locale: "en-GB" });
  listen(context, complaints);
  const page = await context.newPage();
  await enrol(page, await photoOf(page, seed), { name, email: `${name.toLowerCase()}@parrots.example` });
  return page;
}

/** Waits for the first page of somebody who is logged in: the own tasks. */
export async function expectLoggedIn(page: Page, name: string, { words = WORDS.en, withCode = true }: Way = {}): Promise<void> {
  await expect(page.getByRole("button", { name: words.account })).toContainText(name);
  await expect(page).toHaveURL("/tasks");
  if (withCode) await hydrated(page);
}

/** Logs out through the menu in the header. */
export async function logOut(page: Page, { words = WORDS.en, withCode = true }: Way = {}): Promise<void> {
  await page.getByRole("button", { name: words.account }).click();
  await page.getByRole("button", { name: words.logOut, exact: true }).click();
  await expect(page.getByRole("banner").getByRole("link", { name: words.logIn, exact: true })).toBeVisible();
  if (withCode) await hydrated(page);
}
