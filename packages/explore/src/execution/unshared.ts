/**
 * What threads are given beside shared memory must not change while they run: it would be shared by the threads of a model
 * and by none of a program, and would keep what runs of other orders have left there. Most of such changes repeat no
 * operation differently, so they are looked for where they are: in what `setup` gave back.
 *
 * What is made once and kept (from nothing to an object) is let pass: handles do that, and it makes no difference.
 *
 * An ArrayBuffer is as little shared as an object is: whoever forgets to write SharedArrayBuffer is told here.
 */
import { isShared } from "../platform/constructors.js"

/** Of objects that were found, at most so many are looked at. */
const MOST_OBJECTS = 1_000
/** And of all bytes that are not shared, so many. */
const MOST_BYTES = 4_096
const NO_BYTES = new Uint8Array()

/** By their paths: what properties of simple kinds hold, how much is in collections, and bytes. */
export type Unshared = ReadonlyMap<string, unknown>

/** Undefined where nothing can change: all of it is shared memory, or a view of it, or no object. */
export function unsharedIn(state: unknown): Unshared | undefined {
  if (typeof state !== "object" || state === null) return undefined
  // Of most models: a view of the shared memory.
  if (ArrayBuffer.isView(state) && isShared(state.buffer)) return undefined
  return bytesOf(state) === undefined && !isLookedInto(state) ? undefined : heldIn(state)
}

function heldIn(state: object): Unshared {
  const held = new Map<string, unknown>()
  const seen = new Set<object>()
  const queue: [path: string, object: object][] = []
  let bytesLeft = MOST_BYTES
  const visit = (path: string, value: unknown) => {
    held.set(path, value)
    if (typeof value !== "object" || value === null || seen.has(value) || seen.size >= MOST_OBJECTS) return
    const bytes = bytesOf(value)
    if (bytes === undefined && !isLookedInto(value)) return
    seen.add(value)
    if (bytes === undefined) queue.push([path, value])
    else
      for (let at = 0; at < bytes.length && bytesLeft > 0; at++, bytesLeft--)
        held.set(`${path}.bytes[${at}]`, bytes[at])
  }
  visit("", state)
  for (let at = 0; at < queue.length; at++) {
    const [path, object] = queue[at]!
    if (object instanceof Map) {
      held.set(`${path}.size`, object.size)
      let count = 0
      for (const value of object.values()) visit(`${path}.values()[${count++}]`, value)
    } else if (object instanceof Set) {
      held.set(`${path}.size`, object.size)
      let count = 0
      for (const value of object) visit(`${path}.values()[${count++}]`, value)
    }
    for (const key of Reflect.ownKeys(object)) {
      const { value, enumerable } = Object.getOwnPropertyDescriptor(object, key) ?? {}
      if (enumerable === true || key === "length")
        visit(typeof key === "symbol" || Array.isArray(object) ? `${path}[${String(key)}]` : `${path}.${key}`, value)
    }
  }
  return held
}

/** The first change, in words; undefined if there is none. */
export function changeOf(before: Unshared, state: unknown): string | undefined {
  const after = unsharedIn(state) ?? new Map<string, unknown>()
  for (const [path, value] of after) {
    const old = before.get(path)
    if (Object.is(old, value) || isMadeOnce(old, value)) continue
    // What is in an object that was made since is new as well.
    if (!before.has(path) && hasNewOwner(path, before, after)) continue
    return `${nameOf(path)} was ${briefly(old)}, and is ${briefly(value)}`
  }
  return undefined
}

function isMadeOnce(old: unknown, value: unknown): boolean {
  return (old === undefined || old === null) && (typeof value === "object" || typeof value === "function")
}

function hasNewOwner(path: string, before: Unshared, after: Unshared): boolean {
  for (let end = lastStep(path); end > 0; end = lastStep(path.slice(0, end))) {
    const owner = path.slice(0, end)
    if (!Object.is(before.get(owner), after.get(owner))) return true
  }
  return false
}

const lastStep = (path: string) => Math.max(path.lastIndexOf("."), path.lastIndexOf("["))

const nameOf = (path: string) => (path === "" ? "all of it" : `"${path.replace(/^\./, "")}"`)

function briefly(value: unknown): string {
  if (typeof value === "object" && value !== null) return "an object"
  return typeof value === "function" ? "a function" : typeof value === "string" ? `"${value}"` : String(value)
}

/** The bytes of an ArrayBuffer, or those that a view shows of one; undefined for what is neither, or is shared. */
function bytesOf(value: object): Uint8Array | undefined {
  const isView = ArrayBuffer.isView(value)
  const buffer = isView ? value.buffer : (value as ArrayBuffer)
  if (Object.prototype.toString.call(buffer) !== "[object ArrayBuffer]") return undefined
  // A view can be made of no buffer that was detached: that has no bytes.
  if (buffer.byteLength === 0) return NO_BYTES
  return isView ? new Uint8Array(buffer, value.byteOffset, value.byteLength) : new Uint8Array(buffer)
}

/** Plain objects, arrays, collections and instances of the model's own classes; what the platform made is its own affair. */
function isLookedInto(value: object): boolean {
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  return tag === "Object" || tag === "Array" || tag === "Map" || tag === "Set"
}
