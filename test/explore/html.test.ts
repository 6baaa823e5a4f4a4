/** The page says what the report says, and shows every step. */
import { explore, reportHtml } from "@outlive/explore"
import { expectFailure } from "@outlive/explore/vitest"
import { expect, test } from "vitest"
import { broken, fixed } from "./bugs/lost-wakeup.js"

test("a failure: one dot for each step, what is told, nothing that could be markup", () => {
  const failure = expectFailure(broken, "lost-wakeup")
  const page = reportHtml({ ...failure, message: "<script>" })
  expect(page.match(/<circle/g)).toHaveLength(failure.trace.length)
  expect(page).toContain("consumer")
  expect(page).not.toContain("<script>")
})

test.each([
  ["short names", ["a", "b"]],
  ["long names", ["the one that waits for all of the others, one after the other", "b"]],
])("no text ends outside of the picture, or in another thread's column: %s", (_, threadNames) => {
  const failure = expectFailure({ ...broken, threadNames }, "lost-wakeup")
  const trace = failure.trace.map((step) => ({ ...step, cell: `${step.cell} of the fence that is waited for` }))
  const page = reportHtml({ ...failure, trace })
  const width = Number(/<svg[^>]* width="(\d+)"/.exec(page)![1])
  const lines = [...page.matchAll(/<line class="lifeline" x1="(\d+)"/g)].map(([, x]) => Number(x))
  for (const [, x, text, at = ""] of page.matchAll(/<text x="(\d+)"[^>]*>([^<]*)(?:<tspan[^>]*>([^<]*))?/g)) {
    // A character of a monospaced font is 0.6 of its size wide: 12 pixels, and 10 for places.
    const end = Number(x) + 0.6 * (12 * text!.length + 10 * at.length)
    const next = lines.find((line) => line > Number(x)) ?? width
    expect(end, text).toBeLessThan(next)
  }
})

test("an exchange that failed is no write of the same value", () => {
  const failure = expectFailure(
    {
      memory: 4,
      threads: [
        (memory) => {
          if (Atomics.compareExchange(new Int32Array(memory), 0, 1, 2) === 0) throw new Error("failed")
        },
      ],
    },
    "assertion",
  )
  expect(reportHtml(failure)).toContain("compareExchange @0 = 0, no exchange")
})

test("a pass: the report alone", () => {
  const page = reportHtml(explore(fixed))
  expect(page).not.toContain("<svg")
  expect(page).toContain("pass")
})
