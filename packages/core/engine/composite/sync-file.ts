/** A `SyncFile`: a fence that can be named, handed on and asked. What it holds never changes. */
import { SyncFile } from "../layout/sync-file"
import { ObjectType } from "../layout/object"
import { Address } from "../layout/record"
import { peek, poke } from "../words"
import { addRef, dropRef } from "../fence/references"
import { publishObject, takeObject } from "./objects"

/** With a reference of its own on the fence; the host writes the name. NONE when the heap is full. */
export function createSyncFile(thread: i32, fence: i32): i32 {
  const file = takeObject(thread, ObjectType.SyncFile)
  if (file == Address.None) return Address.None
  addRef(fence)
  poke(file + SyncFile.fence, fence)
  publishObject(file)
  return file
}

export function releaseSyncFile(thread: i32, file: i32): void {
  dropRef(thread, peek(file + SyncFile.fence))
}
