/** Records and works of issuers: a program has them if it imports them (`src/entries/parts.ts`). */
import { lacking } from "../host/families.js"
import type { deadRecordOops } from "../host/oops-beyond.js"
import type { createIssuerRecord, deadRecordName, openIssuerRecord } from "./issuer-record.js"
import type { createWork, openWork } from "./work.js"

interface IssuerParts {
  readonly createIssuerRecord: typeof createIssuerRecord
  readonly createWork: typeof createWork
  readonly deadRecordName: typeof deadRecordName
  readonly deadRecordOops: typeof deadRecordOops
  readonly openIssuerRecord: typeof openIssuerRecord
  readonly openWork: typeof openWork
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
