/** Ctrl-C reaches a command also in the moment in which it stops to listen, or does not stop to. */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { expect, test } from "vitest"

const CLI = new URL("../../packages/cli/dist/", import.meta.url).href

/** In a process of its own: what it prints. */
async function printed(program: string): Promise<string> {
  const code = `const { onInterrupt, whileLoading } = await import("${CLI}interrupt.js"); const interrupt = onInterrupt(); ${program}`
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code])
  return stdout.trim()
}

test("a signal that has come is told before nobody listens", async () => {
  const program = `process.kill(process.pid, "SIGINT")
    await whileLoading(async () => {})
    console.log(interrupt.signal.aborted)
    interrupt.release()`
  expect(await printed(program)).toBe("true")
})

test("while a file of somebody's is loaded nobody listens; while our own are looked up somebody does", async () => {
  const program = `const { subjectOf } = await import("${CLI}subject.js")
    const counts = []
    const loaded = whileLoading(async () => counts.push(process.listenerCount("SIGINT")))
    await loaded
    const subject = subjectOf({ lock: "ticket" })
    counts.push(process.listenerCount("SIGINT"))
    await new Promise((turned) => setImmediate(turned))
    counts.push(process.listenerCount("SIGINT"))
    await subject
    console.log(counts.join())
    interrupt.release()`
  expect(await printed(program)).toBe("0,1,1")
})
