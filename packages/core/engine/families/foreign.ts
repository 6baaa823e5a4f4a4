/** What a build meets that it does not have: the heap is damaged, for it was made to carry no more than its builds do. */
import * as host from "../host"
import { Oops } from "../layout/oops"

/** `record` is of a family, or a word that says so is wrong. */
export function tellForeign(record: i32): void {
  host.oops(Oops.NoFamily, record, 0, 0)
}
