/** What the process ends with. */
export const EXIT = {
  ok: 0,
  /** Something did not hold: a violation, a leak, a thread that died. */
  failed: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** Whoever read the output closed the pipe, and nothing had failed by then: as a shell says of SIGPIPE. */
  unread: 141,
  /** Ended by Ctrl-C, after a partial result. */
  interrupted: 130,
} as const

/** The command line makes no sense: the message says what would. */
export class UsageError extends Error {
  override readonly name = "UsageError"
}

/** A result is there, and cannot be written: a disk is full. */
export class OutputError extends Error {
  override readonly name = "OutputError"
}
