import type { LockLook, LockSurvey, SchemeSurvey } from "@outlive/models"
import type { LabSchemeRow } from "./lab-schemes.mjs"
import type { Lock } from "./strategies.mjs"

export declare const PAGE: URL
export declare function lookedAt(lock: Lock, look: LockLook): string
export declare function explored(lock: Lock, survey: LockSurvey): string
export declare function schemeRow(scheme: LabSchemeRow, survey: SchemeSurvey): string
