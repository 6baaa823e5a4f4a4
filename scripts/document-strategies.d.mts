import type { ExternalSurvey, LockLook, LockSurvey, RwSurvey, SchemeSurvey } from "@outlive/models"
import type { ExternalLock } from "./external-locks.mjs"
import type { LabSchemeRow } from "./lab-schemes.mjs"
import type { RwLock } from "./rw-locks.mjs"
import type { Lock } from "./strategies.mjs"

export declare const PAGE: URL
export declare function lookedAt(lock: Lock, look: LockLook): string
export declare function explored(lock: Lock, survey: LockSurvey): string
export declare function schemeRow(scheme: LabSchemeRow, survey: SchemeSurvey): string
export declare function rwRow(lock: RwLock, survey: RwSurvey): string
export declare function externalRow(lock: ExternalLock, survey: ExternalSurvey): string
