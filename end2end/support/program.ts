import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

/** From a fresh data folder: PostgreSQL and Redis are set up, the schemas migrated. */
const START_DEADLINE_MS = 60_000;

/** Requests drain, workers finish, PostgreSQL and Redis shut down. */
const STOP_DEADLINE_MS = 30_000;

/** How often the program is asked whether it is ready. */
const POLL_INTERVAL_MS = 50;

/** The last part of the program's log that a failure shows. */
const LOG_TAIL_LENGTH = 8_000;

/** The repository. The program runs elsewhere: it needs nothing from here but itself. */
const REPOSITORY = path.resolve(import.meta.dirname, "../..");

/** The real program with a throw-away data folder and a port of its own. */
export class Program {
  readonly address: string;
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #log = "";

  private constructor(address: string, folder: string, environment: NodeJS.ProcessEnv, process: ChildProcess) {
    this.address = address;
    this.#folder = folder;
    this.#environment = environment;
    this.#process = process;
    // A program that could not even be started has ended, too.
    this.#ended = once(process, "exit").catch((error: unknown) => (this.#log += String(error)));
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#log = (this.#log + text).slice(-LOG_TAIL_LENGTH);
      });
    }
  }

  /** Starts the program with this configuration file, with these arguments after `serve`, and waits until it can serve. */
  static async start(configuration: string, ...more: string[]): Promise<Program> {
    const folder = await mkdtemp(path.join(tmpdir(), "ates-end2end-"));
    // As root the program runs PostgreSQL under an unprivileged user, who must be able to pass through.
    await chmod(folder, 0o711);
    const host = `127.0.0.1:${await freePort()}`;
    const env = await environment(folder, host, configuration);
    const child = spawn(binary(), ["serve", ...more], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const program = new Program(`http://${host}`, folder, env, child);
    try {
      await program.#untilReady();
    } catch (error) {
      await program.#end();
      throw new Error(program.#withLog("the program did not become ready"), { cause: error });
    }
    return program;
  }

  /** Stops the program. It must end in time and without an error. */
  async stop(): Promise<void> {
    const exitCode = await this.#end();
    assert.equal(exitCode, 0, this.#withLog("the program did not stop in time, or ended with an error"));
    await rm(this.#folder, { recursive: true });
  }

  /**
   * Runs SQL past the program, as the owner of everything: for what no page and no call does. Answers what it selects, a row per line.
   */
  async sql(statements: string): Promise<string[]> {
    // PostgreSQL writes down where it can be reached: the folder of its socket stands in the fifth line.
    const lines = (await readFile(path.join(this.#folder, "data/postgres/postmaster.pid"), "utf8")).split("\n");
    const socketFolder = lines[4] ?? assert.fail("PostgreSQL does not say where its socket is");
    const options = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"];
    const { stdout } = await promisify(execFile)("psql", [...options, "--host", socketFolder, "--username", "ates", "--command", statements, "ates"]);
    return stdout.split("\n").filter((line) => line !== "");
  }

  /** Runs another command of the program on the same data. It must end without an error. */
  async run(...command: string[]): Promise<void> {
    await promisify(execFile)(binary(), command, { cwd: this.#folder, env: this.#environment });
  }

  /** A file of this name beside the program's data; it goes with them. */
  file(name: string): string {
    return path.join(this.#folder, name);
  }

  /** Asks the program to end, as Ctrl-C does. One that does not is killed, and has no exit code. */
  async #end(): Promise<number | null> {
    this.#process.kill("SIGINT");
    const patience = setTimeout(() => this.#process.kill("SIGKILL"), STOP_DEADLINE_MS);
    await this.#ended;
    clearTimeout(patience);
    return this.#process.exitCode;
  }

  async #untilReady(): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS;
    while (Date.now() < deadline) {
      assert.equal(this.#process.exitCode ?? this.#process.signalCode, null, "the program ended");
      const answer = await fetch(`${this.address}/readyz`).catch(() => undefined);
      if (answer?.status === 200) return;
      await delay(POLL_INTERVAL_MS);
    }
    assert.fail("time is up");
  }

  #withLog(message: string): string {
    return `${message}; the end of its log:\n${this.#log}`;
  }
}

/** The built program. */
function binary(): string {
  const binary = process.env["ATES_BINARY"];
  assert(binary, "ATES_BINARY must hold the path of the built program");
  return path.resolve(REPOSITORY, binary);
}

/** The program's variables: none of the settings, and none of the databases, of whoever runs the tests. */
async function environment(folder: string, host: string, settings: string): Promise<NodeJS.ProcessEnv> {
  const foreign = (name: string) => /^(ATES_|LEPTOS_|DATABASE_URL$|REDIS_URL$)/.test(name);
  const inherited = Object.entries(process.env).filter(([name]) => !foreign(name));
  const configuration = path.join(folder, "ates.toml");
  await writeFile(configuration, settings);
  return {
    ...Object.fromEntries(inherited),
    ATES_CONFIG: configuration,
    ATES_DATA_FOLDER: path.join(folder, "data"),
    LEPTOS_SITE_ADDR: host,
    ...(process.env["ATES_SITE_ROOT"] === undefined ? {} : { LEPTOS_SITE_ROOT: process.env["ATES_SITE_ROOT"] }),
  };
}

/** A port that nobody uses at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert(address !== null && typeof address === "object");
  server.close();
  await once(server, "close");
  return address.port;
}
