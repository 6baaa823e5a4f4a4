/**
 * A lock or a scheme that somebody brings is used before any thread of a model or a race begins: who makes the heap takes its locks. What
 * fails there is a finding about that file, with nothing to replay: one thread alone fails so, each time.
 */
import { isFile } from "../../../scripts/brought.mjs"

const FRAMES = 6

/** Undefined for any other error, and where nothing was brought. */
export function toldOfOops(error: unknown, words: readonly string[]): string | undefined {
  if (!(error instanceof Error) || !(error.name === "OopsError" || error.message.startsWith("Oops: "))) return undefined
  const file = words.flatMap((word) => word.replace(/^--\w+=/, "").split(",")).find((word) => isFile(word))
  if (file === undefined) return undefined
  // What called what in the engine; a frame of WebAssembly says nothing.
  const frames = (error.stack ?? "").split("\n").filter((line) => /^ +at .*(core\/engine\/|\.ts:\d+)/.test(line))
  const title = `With ${file} one thread alone fails, before the others begin: ${error.message}`
  return [title, ...frames.slice(0, FRAMES)].join("\n")
}
