/**
 * What an issuer keeps about something of its own that can go before its module does: a ring, a channel, a CRTC. 128 bytes:
 * a name, and words that mean what the issuer wants. Nobody counts references on it; who uses it after its end is told.
 */
export const enum IssuerRecord {
  generation = 0,
  /** A `RecordType`, while it is in use. */
  type = 4,
  /** Load id of the module that made it: a record outlives the unload, unless somebody discards it. */
  loadId = 8,
  /** Its token while it is live (a tagged address), NONE from the claim of who discards it on. */
  token = 12,
  /** The issuer's words. Poisoned at the end, in every flavour. */
  words = 16,
  /** Stays as it was until the next tenant: who comes late is told what it was. */
  name = 64,
  /** How many words there are. */
  Words = 12,
}

export const enum RecordType {
  /** Its words are the issuer's. */
  Plain = 0,
  /** A work or a timer (layout/work.ts). */
  Work = 1,
}
