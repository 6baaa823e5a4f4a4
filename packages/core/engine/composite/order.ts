/** Sorting a draft by context, the latest fence of each first: n log n, and no memory but the links (Knuth 5.2.4L, bottom up). */
import { assertSteps } from "../bound"
import { Draft } from "../layout/body"
import { Callback } from "../layout/callback"
import { Fence } from "../layout/fence"
import { Address, Kind } from "../layout/record"
import { peek, poke } from "../words"
import { isWideAbove } from "../wide"
import { isLaterOnContext } from "../fence/query"
import { dropNode } from "./draft"

/** Sorts the draft's records. PLAIN throughout: a draft is its thread's own; contexts and seqnos never change. */
export function sortDraft(draft: i32): void {
  const count = peek(draft + Draft.count)
  for (let width = 1; width > 0 && width < count; width <<= 1) mergePass(draft, width)
}

/** Merges neighbouring runs of this width into runs of twice the width. */
function mergePass(draft: i32, width: i32): void {
  let left = peek(draft + Draft.first)
  let tail: i32 = Address.None
  let steps = 0
  while (left != Address.None) {
    let right = left
    let leftSize = 0
    while (leftSize < width && right != Address.None) {
      assertSteps(++steps, Kind.Callback, draft)
      right = peek(right + Callback.sibling)
      leftSize++
    }
    let rightSize = width
    while (leftSize > 0 || (rightSize > 0 && right != Address.None)) {
      let node: i32
      if (leftSize > 0 && (rightSize == 0 || right == Address.None || !comesBefore(right, left))) {
        node = left
        left = peek(left + Callback.sibling)
        leftSize--
      } else {
        assertSteps(++steps, Kind.Callback, draft)
        node = right
        right = peek(right + Callback.sibling)
        rightSize--
      }
      if (tail == Address.None) poke(draft + Draft.first, node)
      else poke(tail + Callback.sibling, node)
      tail = node
    }
    left = right
  }
  if (tail != Address.None) poke(tail + Callback.sibling, Address.None)
  poke(draft + Draft.last, tail)
}

/** By context, then later first. */
function comesBefore(node: i32, other: i32): bool {
  const a = peek(node + Callback.fence)
  const b = peek(other + Callback.fence)
  const aLo = peek(a + Fence.contextLo)
  const aHi = peek(a + Fence.contextHi)
  const bLo = peek(b + Fence.contextLo)
  const bHi = peek(b + Fence.contextHi)
  if (aLo != bLo || aHi != bHi) return isWideAbove(bLo, bHi, aLo, aHi)
  return isLaterOnContext(a, b)
}

/** Keeps the first, and so the latest, of each context; a sorted draft. Zero stays zero (F22). */
export function dedupeDraft(thread: i32, draft: i32): void {
  let kept = peek(draft + Draft.first)
  if (kept == Address.None) return
  let count = 1
  let node = peek(kept + Callback.sibling)
  let steps = 0
  while (node != Address.None) {
    assertSteps(++steps, Kind.Callback, draft)
    const next = peek(node + Callback.sibling)
    if (isSameContext(node, kept)) dropNode(thread, node)
    else {
      poke(kept + Callback.sibling, node)
      kept = node
      count++
    }
    node = next
  }
  poke(kept + Callback.sibling, Address.None)
  poke(draft + Draft.last, kept)
  poke(draft + Draft.count, count)
}

function isSameContext(node: i32, other: i32): bool {
  const a = peek(node + Callback.fence)
  const b = peek(other + Callback.fence)
  return (
    peek(a + Fence.contextLo) == peek(b + Fence.contextLo) && peek(a + Fence.contextHi) == peek(b + Fence.contextHi)
  )
}
