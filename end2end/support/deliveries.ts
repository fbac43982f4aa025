import type { APIRequestContext, Locator, Page } from "@playwright/test";

import type { Program } from "./program.ts";
import { expect } from "./test.ts";

/** The page that shows all queues. */
export const QUEUES = "/admin/queues";

/** A delivery as the API tells it, as far as the stories need it. */
export interface Delivery {
  delivery_id: number;
  status: string;
  last_error: string | null;
  in_words: { what_happened: string };
}

/** An event that the tracker would never publish, so that accounting gives its delivery up. */
export interface StrayEvent {
  kind: "task_assign" | "task_resolve";
  payload: object;
}

/** Publishes an event past the tracker; answers the number of its delivery. */
export async function publish(program: Program, { kind, payload }: StrayEvent): Promise<number> {
  const literal = `'${JSON.stringify(payload).replaceAll("'", "''")}'::jsonb`;
  const [delivery_id] = await program.sql(`
    WITH published AS (
      INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload)
      VALUES (gen_random_uuid(), '${kind}', 'tracker', now(), current_date, ${literal})
      RETURNING event_id
    )
    INSERT INTO bus.delivery (event_id, subscription) SELECT event_id, 'accounting.${kind}' FROM published RETURNING delivery_id`);
  return Number(delivery_id);
}

/** Waits until a delivery has this status. */
export async function untilStatus(request: APIRequestContext, deliveryId: number, status: string): Promise<void> {
  await expect
    .poll(async () => ((await (await request.get(`/api/v1/bus/deliveries/${deliveryId}`)).json()) as Delivery).status)
    .toBe(status);
}

/** Waits until there are so many deliveries and all of them are done. */
export async function untilDone(program: Program, count: number): Promise<void> {
  const done = "SELECT (count(*) = " + String(count) + " AND bool_and(status = 'done'))::text FROM bus.delivery";
  await expect.poll(() => program.sql(done)).toEqual(["true"]);
}

/** Calls with a parrot's session. */
export function request(page: Page): APIRequestContext {
  return page.context().request;
}

/** The row of a subscription. */
export function queue(page: Page, name: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
}

/** The deliveries that the page lists. */
export function deliveries(page: Page): Locator {
  return page.getByRole("region", { name: /^(Deliveries|Доставки)$/ }).getByRole("listitem");
}

/** A part of the page about one delivery. */
export function part(page: Page, name: string): Locator {
  return page.getByRole("region", { name, exact: true });
}
