/** What dead threads held by handles that are gone with them (checked flavour): the latest, by name. */
export const enum Lost {
  /** How many were ever noted; an entry's place is that number modulo `Capacity`. */
  count = 0,
  entries = 64,
  Capacity = 64,
  EntryBytes = 80,
  Bytes = 5184,
}

/** One dead thread: its name, and how many references it held on what. */
export const enum LostEntry {
  name = 0,
  fences = 64,
  objects = 68,
  modules = 72,
}
