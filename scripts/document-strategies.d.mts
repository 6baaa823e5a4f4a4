import type { LockLook, LockSurvey, RwSurvey } from "@outlive/models"
import type { RwLock } from "./rw-locks.mjs"
import type { Lock } from "./strategies.mjs"

export declare const PAGE: URL
export declare function lookedAt(lock: Lock, look: LockLook): string
export declare function explored(lock: Lock, survey: LockSurvey): string
export declare function rwRow(lock: RwLock, survey: RwSurvey): string
