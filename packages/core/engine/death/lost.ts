/** Notes by name what a dead thread held by handles: references that are lost with it. Checked flavour. */
import { Header } from "../layout/header"
import { Lost, LostEntry } from "../layout/lost"
import { Name } from "../layout/module"
import { Thread } from "../layout/thread"
import { add, peek, poke } from "../words"

/** PLAIN: the dead thread's words change no more, and the entry is ours; a reader may see one that is half written. */
export function noteLost(dead: i32): void {
  if (CHECKED) {
    const table = peek(Header.lost)
    const fences = peek(dead + Thread.fenceHandles)
    const objects = peek(dead + Thread.objectHandles)
    const modules = peek(dead + Thread.moduleHandles)
    if (table == 0 || (fences | objects | modules) == 0) return
    // ORDER: claim: each death gets an entry of its own.
    const entry = table + Lost.entries + (add(table + Lost.count, 1) & (Lost.Capacity - 1)) * Lost.EntryBytes
    for (let at: i32 = 0; at < Name.bytes + Name.capacity; at += 4) poke(entry + at, peek(dead + Thread.name + at))
    poke(entry + LostEntry.fences, fences)
    poke(entry + LostEntry.objects, objects)
    poke(entry + LostEntry.modules, modules)
  }
}
