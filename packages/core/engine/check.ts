/** Assertions of the checked flavour: in release every body is empty and every call vanishes. */
import * as host from "./host"
import { Address, Record } from "./layout/record"
import { Fence } from "./layout/fence"
import { Oops } from "./layout/oops"
import { Thread } from "./layout/thread"
import { peek } from "./words"

/** A fence that is being used must be in use: even generations are free records. */
// @inline
export function assertFence(fence: i32): void {
  if (CHECKED) {
    if (fence == Address.None || (peek(fence + Record.generation) & 1) == 0)
      host.oops(Oops.UseAfterFree, fence, peek(fence + Record.generation), peek(fence + Fence.freedBy))
  }
}

/** Any other record that is being used must be in use. */
export function assertLive(record: i32): void {
  if (CHECKED) {
    if (record == Address.None || (peek(record + Record.generation) & 1) == 0)
      host.oops(Oops.UseAfterFree, record, peek(record + Record.generation), 0)
  }
}

/** What is read under RCU may only be read inside a read section. */
export function assertReading(thread: i32, what: i32): void {
  if (CHECKED) {
    if (peek(thread + Thread.nesting) == 0) host.oops(Oops.DereferenceOutsideSection, what, 0, 0)
  }
}
