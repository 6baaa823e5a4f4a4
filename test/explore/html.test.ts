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

test("a pass: the report alone", () => {
  const page = reportHtml(explore(fixed))
  expect(page).not.toContain("<svg")
  expect(page).toContain("pass")
})
