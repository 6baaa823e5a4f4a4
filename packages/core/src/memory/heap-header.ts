/** Is this memory a heap of ours? */
import { Families as FamilyWords, Header, Magic } from "../../built/layout.js"
import { type EngineKind, type Flavour, NO_HOST, instantiate } from "../host/engine.js"
import type { Families } from "../host/families.js"
import type { WebAssemblyMemory } from "../host/platform.js"
import { HeapError } from "../errors.js"

/** Checks magic, version, layout (that of the build which this thread will run), flavour and size. @throws HeapError MISMATCH, saying what differs */
export function checkHeader(
  memory: WebAssemblyMemory,
  flavour: Flavour,
  engine: EngineKind,
  substitute?: Parameters<typeof instantiate>[5],
): void {
  const words = new Int32Array(memory.buffer)
  const mismatch = (what: string, found: unknown, expected: unknown) =>
    new HeapError("MISMATCH", `Cannot open heap: its ${what} is ${String(found)}, ours is ${String(expected)}`)
  const magic = Atomics.load(words, Header.magic >> 2)
  if (magic !== Magic.Word) throw new HeapError("MISMATCH", "Cannot open heap: the memory does not hold one")
  const version = words[Header.version >> 2]
  if (version !== Magic.Version) throw mismatch("layout version", version, Magic.Version)
  // It touches nothing.
  const ours = instantiate(engine, flavour, familiesOf(words), memory, NO_HOST, substitute).layoutChecksum()
  const layout = words[Header.layout >> 2]
  if (layout !== ours) throw mismatch("layout checksum", layout, ours)
  const checked = words[Header.checked >> 2] === 1 ? "checked" : "release"
  if (checked !== flavour) throw mismatch("flavour", checked, flavour)
  const bytes = words[Header.bytes >> 2]!
  if (bytes > words.byteLength) throw mismatch("size", bytes, words.byteLength)
}

/** What a heap says that it carries. All, if the word says nothing: then nothing else in it is as it was made. */
export function familiesOf(words: Int32Array): Families {
  const word = words[Header.families >> 2]
  return word === FamilyWords.Fences ? "fences" : word === FamilyWords.Sync ? "sync" : "all"
}
