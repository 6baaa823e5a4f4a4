/** Memory that several count references on, each in a record: whoever gives back the last one ends it. */
import type { IssuerRecord } from "@outlive/core"

/** Word of the count. */
const COUNT = 0

export function grab(counted: IssuerRecord): void {
  counted.add(COUNT, 1)
}

/** @throws OopsError DEAD_RECORD when somebody else gave back the last one */
export function put(counted: IssuerRecord): void {
  if (counted.add(COUNT, -1) === 1) counted.discard()
}
