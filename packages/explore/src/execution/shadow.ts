/** Plain writes through ordinary views: found by comparing what threads see with what the operations left. */
import type { Memory } from "./memory.js"
import type { PlainAccess } from "./point.js"

/** Words from the first that differs, and their new values, in pairs; undefined if none does. */
export function plainWrites({ words, sharedWords, own }: Memory, first: number): Int32Array | undefined {
  if (first < 0) return undefined
  const pairs: number[] = []
  for (let word = first; word < sharedWords.length; word++)
    if (words[word] !== sharedWords[word]) pairs.push(word, sharedWords[word]!)
  for (const buffer of own)
    for (let word = buffer.firstDifference(words, first); word >= 0; word = buffer.firstDifference(words, word + 1))
      pairs.push(word, buffer.seen(word))
  return Int32Array.from(pairs)
}

/** The accesses seen, and those writes that were not seen but left a trace. Before the writes reach `memory.words`. */
export function withUnseenWrites(
  seen: readonly PlainAccess[] | undefined,
  writes: Int32Array | undefined,
  memory: Memory,
): readonly PlainAccess[] | undefined {
  if (writes === undefined) return seen
  const all = [...(seen ?? [])]
  for (let i = 0; i < writes.length; i += 2) {
    const word = writes[i]!
    const changed = memory.words[word]! ^ writes[i + 1]!
    for (const [from, to] of runsOfBytes(changed)) {
      const offset = word * 4 + from
      const end = word * 4 + to
      if (seen?.some((access) => access.write && access.offset <= offset && access.offset + access.bytes >= end))
        continue
      const [before, after] = [memory.words[word], writes[i + 1]]
      all.push({ offset, bytes: to - from, write: true, at: "", before, after })
    }
  }
  return all.length === 0 ? undefined : all
}

/** In words, for whoever believes that all was seen. */
export function unseenView(view: ArrayBufferView | undefined, buffer: string): string {
  const what = view === undefined ? "a view" : `a view (${view.constructor.name})`
  const why = "whose constructor is older than the model, or of a class that extends one"
  return `${what} of ${buffer} ${why}: what that reads plainly is not seen`
}

/** Neighboring bytes that are not zero: `[from, to)`. */
function runsOfBytes(word: number): [number, number][] {
  const runs: [number, number][] = []
  for (let byte = 0; byte < 4; byte++) {
    if (((word >>> (byte * 8)) & 0xff) === 0) continue
    const last = runs.at(-1)
    if (last?.[1] === byte) last[1]++
    else runs.push([byte, byte + 1])
  }
  return runs
}
