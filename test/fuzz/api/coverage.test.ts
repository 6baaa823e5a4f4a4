/** The fuzzer knows every member of the public API: a new one fails here until `operations.ts` says what it is given. */
import * as core from "@outlive/core"
import * as sync from "@outlive/sync"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { OPERATIONS } from "./operations.js"

const SOURCES = ["core", "sync"].map((name) => fileURLToPath(new URL(`../../../packages/${name}/src`, import.meta.url)))

/** Names of members that are marked `@internal`, or are protected, in any class. */
function internalMembers(): Set<string> {
  const found = new Set<string>()
  for (const file of SOURCES.flatMap((source) =>
    readdirSync(source, { recursive: true, encoding: "utf8" }).map((name) => `${source}/${name}`),
  )) {
    if (!file.endsWith(".ts")) continue
    const text = readFileSync(file, "utf8")
    for (const match of text.matchAll(
      /@internal(?:(?!\*\/)[^])*\*\/\s*(?:(?:static|get|readonly|async|protected|override)\s+)*([\w$]+)/g,
    ))
      found.add(match[1]!)
    for (const match of text.matchAll(/\bprotected\s+(?:(?:abstract|static|get|readonly|override)\s+)*([\w$]+)/g))
      found.add(match[1]!)
  }
  return found
}

const PRIVATE = new Set([...internalMembers(), "constructor"])
/** Errors are made by the package, and constants are no calls. */
const NOT_CALLED = /Error$|^(BYTES|JSON_TEXT|Priority|Usage|SyncobjFlags)$/

/** `Class.member`, `Class::static` and `function()`, as `operations.ts` names them. */
function publicMembers(): string[] {
  const heap = core.Heap.create()
  const thread = heap.attach()
  const classes: Record<string, { prototype: object }> = {}
  // What is returned and not imported has no class to be asked: these have.
  const lock = sync.RwLock.create(thread)
  const returned: object[] = [thread, sync.Mutex.create(thread).guard(), lock.reader(), lock.writer()]
  returned.push(sync.Semaphore.create(thread, { permits: 1 }).acquireSync())
  for (const { constructor } of returned) classes[constructor.name] = constructor as unknown as { prototype: object }
  const members: string[] = []
  for (const [name, value] of Object.entries({ ...core, ...sync })) {
    if (NOT_CALLED.test(name) || typeof value !== "function") continue
    if (/^class\b/.test(Function.prototype.toString.call(value)))
      classes[name] = value as unknown as { prototype: object }
    else members.push(`${name}()`)
  }
  for (const [name, type] of Object.entries(classes)) {
    for (const key of Reflect.ownKeys(type))
      if (typeof key === "string" && !/^(length|name|prototype)$/.test(key) && !PRIVATE.has(key))
        members.push(`${name}::${key}`)
    for (const key of Reflect.ownKeys(type.prototype)) {
      const text = key === Symbol.dispose ? "@@dispose" : String(key)
      if (!PRIVATE.has(text) && !text.startsWith("Symbol(")) members.push(`${name}.${text}`)
    }
  }
  heap.close()
  return members
}

it("covers the whole public API", () => {
  const known = Object.keys(OPERATIONS)
  const missing = publicMembers().filter((member) => {
    const own = member.replace(/^\w+/, "")
    // What a container inherits is called on the base: a container is a fence.
    return !known.includes(member) && !(/^Fence(Array|Chain)/.test(member) && known.includes(`Fence${own}`))
  })
  expect(missing).toEqual([])
})
