import type { Locator, Page } from "@playwright/test";

import { expect, hydrated } from "./test.ts";

/** What a person fills in for a new task. */
export interface NewTask {
  title: string;
  description?: string;
}

/** The words of the pages in one language, as far as the stories need them. */
export const TASK_WORDS = {
  en: { title: "Title", description: "Description", create: "Create", finish: "Done: " },
  ru: { title: "Название", description: "Описание", create: "Создать и назначить", finish: "Готово: " },
};

/** How a story goes: in which language, and whether the page's code takes part. */
export interface Way {
  words?: (typeof TASK_WORDS)["en"];
  withCode?: boolean;
}

/** Fills in the form for a new task and sends it. What comes of it, the caller waits for. */
export async function createTask(page: Page, task: NewTask, { words = TASK_WORDS.en, withCode = true }: Way = {}): Promise<void> {
  await page.goto("/tasks");
  if (withCode) await hydrated(page);
  await page.getByLabel(words.title, { exact: true }).fill(task.title);
  await page.getByLabel(words.description, { exact: true }).fill(task.description ?? "");
  await page.getByRole("button", { name: words.create, exact: true }).click();
}

/** A task in the list that the page shows. */
export function taskNamed(page: Page, title: string): Locator {
  return page.getByRole("main").getByRole("listitem").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
}

/** Presses the button that finishes a task. */
export async function finish(page: Page, title: string, { words = TASK_WORDS.en }: Way = {}): Promise<void> {
  await page.getByRole("button", { name: words.finish + title, exact: true }).click();
}

/** Loads a page again and again until it shows something: events need a moment. */
export async function untilShown(page: Page, path: string, shown: Locator): Promise<void> {
  await expect(async () => {
    await page.goto(path);
    await expect(shown).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

/** What the page of one's own tasks says of the last thing done there. */
export function news(page: Page): Locator {
  return page.locator(".tasks").getByRole("status").first();
}
