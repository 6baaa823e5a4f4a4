/** A lock or a scheme as the processes that measure are told of it. */
import { basename } from "node:path"
import { fileURLToPath } from "node:url"
import type { Other } from "@outlive/bench"
import { lockOf } from "../../../../scripts/strategies.mjs"
import { UsageError } from "../exit-codes.js"
import { type Subject, engineOf } from "../subject.js"

const RELEASE = { target: "wasm", flavour: "release" } as const

/** As WebAssembly, or as the module that it is, under a name that fits a table. */
export async function otherOf(subject: Subject): Promise<Other[]> {
  const { lock, scheme, foreign } = subject
  if (foreign !== undefined) return [{ name: `${basename(foreign).replace(/-[0-9a-f]{16}/, "")}, imported`, foreign }]
  if (lock !== undefined && lockOf(lock).excludes === false)
    throw new UsageError(`Cannot measure "${lock}" under contention: it lets two in`)
  const build = await engineOf(subject, RELEASE)
  const name = [lock, scheme].filter((word) => word !== undefined).map((word) => basename(word))
  return build === undefined ? [] : [{ name: name.join(" + "), build: fileURLToPath(build) }]
}
