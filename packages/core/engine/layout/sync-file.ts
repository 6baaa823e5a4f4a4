/** A `SyncFile`, as a shared object (layout/object.ts): written once, before anybody else knows it. */
export const enum SyncFile {
  /** With a reference. */
  fence = 20,
  /** Empty: made up of driver, timeline, context and seqno. */
  name = 64,
}
