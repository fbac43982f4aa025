import { type BrowserContext, type Page, test as base, expect } from "@playwright/test";

import { Program } from "./program.ts";

interface WorkerFixtures {
  /**
   * Tests with the same name share a program and its data. A file that changes what others rely on (who has enrolled) names
   * one of its own. In the ones named `demo` and `hostile` is the demo company; in the ones named `idle` and `idle-run` nobody works on events;
   * the ones named `beaks` and `no-weights` look at beaks, or want to.
   */
  installation: string;
  /** The program that this worker's tests talk to. */
  program: Program;
}

/** What the programs of some installations are started with. */
const ARGUMENTS: Record<string, string[]> = { demo: ["--demo"], hostile: ["--demo"], idle: ["--no-jobs"], "idle-run": ["--no-jobs"] };

/** The weights of the network that looks at beaks, and a folder with photos of parrots: neither is ours to commit. */
export const BEAK_WEIGHTS = process.env["ATES_BEAK_WEIGHTS"];
export const BEAK_PHOTOS = process.env["ATES_BEAK_PHOTOS"];

/** What stands in the configuration file of some. */
const CONFIGURATIONS: Record<string, string> = {
  beaks: `[beak]\nrecogniser = "beak"\nweights = ${JSON.stringify(BEAK_WEIGHTS ?? "")}\n`,
  "no-weights": `[beak]\nrecogniser = "beak"\n`,
};

interface TestFixtures {
  /** What the browser complained about; a test fails if there is anything left at its end. */
  complaints: string[];
}

/** Playwright's `test` with the real program behind it, and with an eye on the browser's console. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  installation: ["empty", { option: true, scope: "worker" }],

  program: [
    async ({ installation }, use) => {
      const program = await Program.start(CONFIGURATIONS[installation] ?? "", ...(ARGUMENTS[installation] ?? []));
      await use(program);
      await program.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  baseURL: async ({ program }, use) => {
    await use(program.address);
  },

  complaints: [
    async ({ context, javaScriptEnabled }, use) => {
      const complaints: string[] = [];
      listen(context, complaints, javaScriptEnabled);
      await use(complaints);
      expect(complaints, "complaints in the browser's console").toEqual([]);
    },
    { auto: true },
  ],
});

/** Writes down what a browser complains about. A broken Content-Security-Policy is reported here too. */
export function listen(context: BrowserContext, complaints: string[], javaScriptEnabled = true): void {
  // A browser without JavaScript fetches the page's code in advance and wonders, when it is slow, why nobody takes it.
  const isExpected = (text: string) => !javaScriptEnabled && text.includes("was preloaded using link preload but not used");
  context.on("console", (message) => {
    const isComplaint = message.type() === "error" || message.type() === "warning";
    if (isComplaint && !isExpected(message.text())) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
}

/** Opens a page and waits until its code has taken over. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await hydrated(page);
}

/** Waits until the page's code has taken over. */
export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
}

/**
 * Takes out what Chromium reports about answers with these statuses: it calls every one of them an error, also those that a
 * test asks for.
 */
export function forgetStatus(complaints: string[], ...statuses: number[]): void {
  const isExpected = (complaint: string) => statuses.some((status) => complaint.includes(`status of ${status}`));
  complaints.splice(0, complaints.length, ...complaints.filter((complaint) => !isExpected(complaint)));
}

export { expect };
