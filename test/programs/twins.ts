/** The broken engine that a program must find. */
import type { Twin as Broken } from "@outlive/programs"
import { lockOf, schemeOf } from "../../scripts/strategies.mjs"
import { type Twin, buildTwin } from "../faults/twin.js"

export function buildTwinOf(broken: Broken, { stepwise = false } = {}): Promise<Twin> {
  const choice = ({ name, id }: { readonly name?: string; readonly id: number }) => ({ name: name!, id })
  return buildTwin(broken, {
    stepwise,
    ...(broken.lock === undefined ? {} : { lock: choice(lockOf(broken.lock)) }),
    ...(broken.scheme === undefined ? {} : { scheme: choice(schemeOf(broken.scheme)) }),
  })
}
