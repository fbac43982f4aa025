import { DuckDBInstance } from "@duckdb/node-api";

import { enrolled } from "../support/people.ts";
import { createTask } from "../support/tasks.ts";
import { expect, test } from "../support/test.ts";

test.use({ installation: "export" });

test("an export to Parquet opens in DuckDB, with every event as it is stored", async ({ browser, program, complaints }) => {
  test.slow();
  const admin = await enrolled(browser, program.address, "Polly", 501, complaints);
  await enrolled(browser, program.address, "Coco", 502, complaints);
  await createTask(admin, { title: "Щёлкать «семечки», \"all\" of them" });
  await expect.poll(() => program.sql("SELECT count(*) FROM bus.event")).toEqual(["4"]);
  const stored = await program.sql(`
    SELECT format('%s|ates.%s|/ates/%s|%s|%s|%s', event_id, kind, source, to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), business_day,
      coalesce(payload ->> 'title', payload ->> 'signed_amount', ''))
    FROM bus.event ORDER BY event_id`);

  const duckdb = await (await DuckDBInstance.create()).connect();
  const file = program.file("events.parquet");
  // What is younger than ten seconds is left to the next export.
  await expect(async () => {
    await program.run("export", "--format", "parquet", "--output", file);
    const exported = await duckdb.runAndReadAll(`
      SELECT concat_ws('|', id, type, source, strftime(time AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%f'), businessday,
        coalesce(data ->> 'title', data ->> 'signed_amount', ''))
      FROM read_parquet('${file}') ORDER BY id`);
    expect(exported.getRows().flat()).toEqual(stored);
  }).toPass();
  const [[sum]] = (
    await duckdb.runAndReadAll(`
      SELECT sum((data ->> 'signed_amount')::bigint)::varchar FROM read_parquet('${file}') WHERE type LIKE '%account_log_change'`)
  ).getRows() as [[string]];
  expect([sum]).toEqual(await program.sql("SELECT sum(balance) FROM accounting.account"));
  duckdb.closeSync();
});
