/** The command that serves the page: its headers, a port that somebody else has, and Ctrl-C. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { serve } from "../../examples/browser/serve.mjs"

const COMMAND = fileURLToPath(new URL("../../examples/browser/serve.mjs", import.meta.url))

function run(...args: string[]) {
  const child = spawn(process.execPath, [COMMAND, ...args])
  const said = { out: "", err: "" }
  child.stdout.on("data", (text) => void (said.out += text))
  child.stderr.on("data", (text) => void (said.err += text))
  return { child, said, ended: once(child, "exit").then(([code]) => ({ ...said, code: code as number | null })) }
}

test("it prints its address, serves there with the headers, tells that a port is taken, and ends at Ctrl-C", async () => {
  const { child, said, ended } = run("--port", "0")
  while (!said.out.includes("\n")) await Promise.race([once(child.stdout, "data"), ended])
  const [, url] = /^Open (http:\/\/localhost:\d+\/) \(Ctrl-C ends it\)$/m.exec(said.out)!
  const page = await fetch(url!)
  const headers = ["cross-origin-opener-policy", "cross-origin-embedder-policy"].map((name) => page.headers.get(name))
  expect([page.status, ...headers]).toEqual([200, "same-origin", "require-corp"])
  expect((await fetch(`${url}nothing.js`)).status).toBe(404)

  const { port } = new URL(url!)
  expect(await run("--port", port).ended).toMatchObject({
    code: 1,
    out: "",
    err: `Port ${port} is in use: end what has it, or take another one (--port ${Number(port) + 1})\n`,
  })
  child.kill("SIGINT")
  expect(await ended).toMatchObject({ code: 0, err: "" })
})

const USAGE = "Usage: serve.mjs [--port 8080] [FOLDER]"

test("it tells how it is called", async () => {
  expect(await run("--help").ended).toMatchObject({ code: 0, out: expect.stringContaining(USAGE), err: "" })
})

test.each([
  ["a port that is none", ["--port", "http"], /^Cannot use http as a port/],
  ["a port without a number", ["--port="], /^Cannot use "" as a port/],
  ["an option that there is not", ["--folder", "x"], /^Unknown option '--folder'$/m],
  ["two folders", ["a", "b"], /^One folder can be served, and 2 were given$/m],
])("%s is refused, in a sentence", async (_, args, says) => {
  const { code, out, err } = await run(...args).ended
  expect({ code, out, usage: err.trim().split("\n").at(-1) }).toEqual({ code: 2, out: "", usage: USAGE })
  expect(err).toMatch(says)
})

test.each([
  ["nothing-of-this-name", "There is no folder nothing-of-this-name\n"],
  [COMMAND, `${COMMAND} is not a folder\n`],
])("what is not a folder is not served: %s", async (folder, err) => {
  expect(await run("--port", "0", folder).ended).toEqual({ code: 1, out: "", err })
})

test("without the headers, to see what a page says then", async () => {
  const { url, close } = await serve({ isolated: false })
  const { headers } = await fetch(url)
  expect(headers.get("cross-origin-opener-policy")).toBe(null)
  await close()
})
