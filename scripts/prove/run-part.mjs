/** Runs one part in a process group of its own, and says how it ended. */
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { availableParallelism, loadavg, tmpdir } from "node:os"
import { join, resolve } from "node:path"

/**
 * `holds`: at least one test, and none failed. `fails`. `breaks`: no result was left. `cut`: ended after `mostMs`, or by the signal; then
 * nothing is known of it.
 */
export async function runPart(root, part, { mostMs = Infinity, signal }) {
  const folder = mkdtempSync(join(tmpdir(), "outlive-prove-"))
  const outputFile = join(folder, "result.json")
  const start = performance.now()
  try {
    const vitest = resolve(root, "node_modules/vitest/vitest.mjs")
    const reporters = ["--reporter=verbose", "--reporter=json", `--outputFile.json=${outputFile}`]
    const child = spawn(process.execPath, [vitest, "run", ...reporters, part], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, OUTLIVE_PROVE: "1", OUTLIVE_BUILT: "1" },
      detached: true,
    })
    const isCut = await ended(child, mostMs, signal)
    const line = { part, at: Date.now(), ms: Math.round(performance.now() - start), load: loadOf() }
    return isCut ? { ...line, verdict: "cut" } : { ...line, ...judged(outputFile) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Waits for its end; says whether it was ended from here, with all that it had started. */
function ended(child, mostMs, signal) {
  return new Promise((done, fail) => {
    let isCut = false
    const cut = () => {
      isCut = true
      try {
        process.kill(-child.pid, "SIGKILL")
      } catch (error) {
        if (error.code !== "ESRCH") fail(error)
      }
    }
    const timer = mostMs === Infinity ? undefined : setTimeout(cut, mostMs)
    signal.addEventListener("abort", cut)
    child.once("error", fail)
    child.once("close", () => {
      clearTimeout(timer)
      signal.removeEventListener("abort", cut)
      done(isCut)
    })
  })
}

/** Of vitest's file of results. */
export function judged(outputFile) {
  if (!existsSync(outputFile)) return { verdict: "breaks", tests: 0, failed: [], skipped: [] }
  const { testResults } = JSON.parse(readFileSync(outputFile, "utf8"))
  const all = testResults.flatMap(({ assertionResults }) => assertionResults)
  const named = (status) => all.filter((one) => one.status === status).map(({ fullName }) => fullName)
  const failed = named("failed")
  const isRight = all.length > 0 && failed.length === 0 && testResults.every(({ status }) => status === "passed")
  return {
    verdict: isRight ? "holds" : "fails",
    tests: named("passed").length,
    failed,
    skipped: all.filter(({ status }) => status !== "passed" && status !== "failed").map(({ fullName }) => fullName),
  }
}

/** Runnable threads for each processor, in the last minute: a failure under load is another thing to look for. */
const loadOf = () => Math.round((loadavg()[0] / availableParallelism()) * 10) / 10
