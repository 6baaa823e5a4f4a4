/**
 * What a lock or a scheme from elsewhere must export, and what it must not contain. Both compilers see the file within the engine, and
 * would tell some of this by a line of ours, at another time, or not at all; here it is told by the file's own lines.
 */
import { readFileSync } from "node:fs"
import { lineAt, separate } from "./source-text.mjs"

/** What `locks/lock.ts` of the engine tells of, with its types. */
const LOCK = {
  acquire: "(thread: i32, word: i32): void",
  tryAcquire: "(thread: i32, word: i32): i32",
  release: "(thread: i32, word: i32): void",
  holds: "(thread: i32, word: i32): bool",
  ownerOf: "(word: i32): i32",
  isTaken: "(word: i32): bool",
  assertLockWord: "(word: i32): void",
  sleepWhileHeld: "(word: i32, owner: i32, atMostMs: i32): void",
  breakDead: "(dead: i32, token: i32, word: i32): bool",
  isSettled: "(dead: i32): bool",
  destroy: "(thread: i32, word: i32): void",
}

/** The same for `rcu/epoch.ts`. */
const SCHEME = {
  enter: "(thread: i32): void",
  leave: "(thread: i32): void",
  tryAdvance: "(): bool",
  laggard: "(epoch: i32): i32",
  endSection: "(seat: i32): void",
  offline: "(thread: i32): i32",
}

/** The same for `lab/scheme.ts`. */
const LAB_SCHEME = {
  enter: "(thread: i32): void",
  leave: "(thread: i32): void",
  protect: "(thread: i32, slot: i32, word: i32, owner: i32): i32",
  born: "(thread: i32, node: i32): void",
  retire: "(thread: i32, node: i32): void",
  collect: "(thread: i32): void",
  offline: "(thread: i32): void",
  settleDead: "(thread: i32, dead: i32): void",
}

export const CONTRACTS = { lock: LOCK, scheme: SCHEME, "lab scheme": LAB_SCHEME }

const WORKSHOP = "@outlive/engine"

/** @throws RangeError with file and line */
export function assertContract(kind, file) {
  const text = readFileSync(file, "utf8")
  // As long as the text, line for line: comments are blank, and where modules are from.
  const code = separate(text).code.replace(/\bfrom\s*(["'])[^"'\n]*\1/g, (all) => " ".repeat(all.length))
  const fail = (at, what) => {
    const column = at - text.lastIndexOf("\n", at)
    throw new RangeError(`Cannot build ${file}:\n${file}(${lineAt(text, at)},${column}): ${what}`)
  }
  for (const { index, 1: from } of separate(text).code.matchAll(
    /^(?:import|export)\b[^"']*\bfrom\s*["']([^"']*)["']/gm,
  ))
    if (from !== WORKSHOP) fail(index, `a ${kind} is one file, and imports from "${WORKSHOP}" only`)
  assertExports(kind, file, code, fail)
  for (const [pattern, what] of FORBIDDEN) {
    const at = code.search(pattern)
    if (at !== -1) fail(at, `a ${kind} ${what}`)
  }
}

function assertExports(kind, file, code, fail) {
  const missing = []
  for (const [name, types] of Object.entries(CONTRACTS[kind])) {
    const [found] = code.matchAll(new RegExp(`^export function ${name}\\s*(\\([^)]*\\)\\s*:\\s*\\w+|)`, "gm"))
    if (found) {
      if (found[1] === "" || typesIn(found[1]) !== typesIn(types))
        fail(found.index, `the ${name} of a ${kind} is ${name}${types}`)
    } else if (!new RegExp(`^export \\{[^}]*\\b${name}\\b[^}]*\\}`, "m").test(code)) {
      const [other] = code.matchAll(new RegExp(`^export\\s.*\\b${name}\\b`, "gm"))
      if (other) fail(other.index, `a ${kind} exports it as "export function ${name}${types}"`)
      missing.push(name)
    }
  }
  if (missing.length > 0)
    throw new RangeError(`${file} does not export ${missing.join(", ")}: a ${kind} has all of them`)
}

/** Of a function's head, without the names; a truth is a number to the engine. */
function typesIn(head) {
  const [, parameters, returned] = /^\(([^)]*)\)\s*:\s*(\w+)$/.exec(head.trim()) ?? []
  const types = (parameters ?? "")
    .split(",")
    .filter((one) => one.trim() !== "")
    .map((one) => one.split(":")[1]?.trim())
  return `${types.join()}:${returned}`.replaceAll("bool", "i32")
}

/** What compiles, or compiles in one of both builds, and is no part of the subset. */
const FORBIDDEN = [
  // Each thread that brings a text along would have its data at the same place of the memory.
  [/["'`]/, "is made of numbers, and here is a text"],
  // Of each thread its own in the one build, of all threads of a process in the other; and the explorer cannot put it back.
  [
    /^(?:export\s+)?(?:let|var)\s/m,
    "keeps nothing in variables of its own: what threads share is in words, what is a thread's in its record",
  ],
  [/^(?:export\s+)?(?:abstract\s+)?class\s/m, "is made of functions, and here is a class"],
  [/\bthrow\b/, "never throws: whoever finds something broken calls oops"],
  [
    /\b(?:Date|Math|Atomics|console|process|performance|globalThis|crypto)\s*\./,
    "has words, and nothing of its surroundings: time and chance are not asked for, and words are changed by load, store, compareExchange",
  ],
  [/\b(?:f32|f64|string|any|number|boolean|object)\b(?=\s*[;,)=|{\]])/, "is made of i32"],
]
