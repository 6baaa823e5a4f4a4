/** To which class a lock belongs: told by where its word lies. Checked flavour only. */
import { Fence, Flag } from "../layout/fence"
import { Header, Pool } from "../layout/header"
import { LockClass, LockOrder } from "../layout/lock-order"
import { SharedObject } from "../layout/object"
import { Kind } from "../layout/record"
import { load, peek } from "../words"

export function classOf(word: i32): i32 {
  if (word == Header.modulesLock) return LockClass.Modules
  if (word == Header.stub + Fence.lock) return LockClass.Fence
  if (word >= Header.pools && word < Header.pools + Kind.Count * Pool.Bytes) return LockClass.Depot
  const fence = recordAt(Kind.Fence, word)
  if (fence != 0) return classOfFence(fence)
  if (recordAt(Kind.Lock, word) != 0) return LockClass.External
  const object = recordAt(Kind.Object, word)
  if (object != 0) return LockClass.Object + peek(object + SharedObject.type)
  return classOfCell(word)
}

/** PLAIN: the bits that say what a fence is never change. */
function classOfFence(fence: i32): i32 {
  const flags = peek(fence + Fence.flags)
  if (flags & Flag.Array) return LockClass.Array
  return flags & Flag.Chain ? LockClass.Chain : LockClass.Fence
}

/** The record of a pool in which a word lies, or 0. */
function recordAt(kind: i32, word: i32): i32 {
  const pool = Header.pools + kind * Pool.Bytes
  const base = peek(pool + Pool.base)
  if (word < base || word >= peek(pool + Pool.end)) return 0
  return word - ((word - base) % peek(pool + Pool.size))
}

/** The class that a user has named for a cell; cells without one share a class. */
function classOfCell(word: i32): i32 {
  const region = peek(Header.lockOrder)
  // ORDER: observe: a class is complete before it is counted.
  const count = load(region + LockOrder.classCount)
  for (let i = 0; i < count && i < LockOrder.MostClasses; i++)
    if (peek(region + LockOrder.classes + i * LockOrder.ClassBytes) == word) return LockClass.User + i
  return LockClass.Cell
}
