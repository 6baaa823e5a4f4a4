/** The place of an exploration in a file: written while it goes on, read by the one that goes on from there. */
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import type { Checkpoint } from "@outlive/explore"
import { UsageError } from "./exit-codes.js"
import { takeAlone } from "./results.js"

const SCHEMA = "outlive.checkpoint"

/** Before anything is explored. @throws UsageError when it cannot be written */
export function assertWritable(file: string): void {
  attempt("checkpoint", file, "written", () => {
    if (existsSync(file) && !statSync(file).isFile()) throw new Error("it is no file")
    const draft = `${file}.${process.pid}`
    writeFileSync(draft, "")
    rmSync(draft)
  })
  takeAlone("checkpoint", file)
}

/** Whole, or as it was: whoever is killed in the middle leaves the one before. @throws UsageError when it cannot be written */
export function writeCheckpoint(file: string, model: string, rest: Checkpoint): void {
  const draft = `${file}.${process.pid}`
  attempt("checkpoint", file, "written", () => {
    writeFileSync(draft, `${JSON.stringify({ schema: SCHEMA, model, rest })}\n`)
    renameSync(draft, file)
  })
}

/** @throws UsageError that names the file, and the model that it is of */
export function readCheckpoint(file: string, model: string): Checkpoint {
  const text = attempt("resume", file, "read", () => readFileSync(file, "utf8"))
  const read = attempt("resume", file, "read", () => JSON.parse(text) as Partial<Record<string, unknown>> | null)
  if (read?.["schema"] !== SCHEMA) throw new UsageError(`Option --resume is "${file}": it is no checkpoint`)
  if (read["model"] !== model)
    throw new UsageError(`Option --resume is "${file}": it is of ${String(read["model"])}, and not of ${model}`)
  return read["rest"] as Checkpoint
}

function attempt<T>(option: string, file: string, done: string, body: () => T): T {
  try {
    return body()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`Option --${option} is "${file}": it cannot be ${done} (${code ?? String(error)})`)
  }
}
