/** What modules bring beside their ops: a program has it if it imports it (`src/entries/parts.ts`). */
import { lacking } from "../host/families.js"
import type { deadRecordOops } from "../host/oops-beyond.js"
import type { execute } from "./executing.js"
import type { createIssuerRecord, deadRecordName, openIssuerRecord } from "./issuer-record.js"
import type { lockToken, openSharedLock, sharedLockOn } from "./shared-lock.js"
import type { createWork, openWork } from "./work.js"

interface IssuerParts {
  readonly createIssuerRecord: typeof createIssuerRecord
  readonly createWork: typeof createWork
  readonly deadRecordName: typeof deadRecordName
  readonly deadRecordOops: typeof deadRecordOops
  readonly execute: typeof execute
  readonly lockToken: typeof lockToken
  readonly openIssuerRecord: typeof openIssuerRecord
  readonly openSharedLock: typeof openSharedLock
  readonly openWork: typeof openWork
  readonly sharedLockOn: typeof sharedLockOn
}

let parts: IssuerParts | undefined

export function provideIssuerParts(provided: IssuerParts): void {
  parts = provided
}

/** @throws HeapError NOT_IMPORTED */
export function issuerParts(): IssuerParts {
  return parts ?? lacking("all")
}

/** The same for whoever can do without. */
export function issuerPartsHere(): IssuerParts | undefined {
  return parts
}
