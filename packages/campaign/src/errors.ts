/** What is refused, and why, as a code. */
export type CampaignErrorCode =
  /** Results of another campaign. */
  | "OTHER_CAMPAIGN"
  /** Results of another build. */
  | "OTHER_BUILD"
  /** A file, or a line of it, that holds no results. */
  | "NO_RESULT"
  /** There are results already, and nobody said that they are to be continued. */
  | "HAS_RESULTS"
  /** The file of results cannot be written: its disk is full. */
  | "NOT_WRITTEN"
  /** A definition that cannot be. */
  | "BAD_DEFINITION"
  /** Processes that play shards end before they are ready for the first. */
  | "WORKER_FAILED"
  /** A queue that cannot be reached, refuses us, or is none. */
  | "BAD_QUEUE"
  /** Another process hands out the shards of this campaign. */
  | "TAKEN"
  /** A package that is only needed here is not installed. */
  | "NOT_INSTALLED"

/** A campaign, or results of one, that cannot be used; the message names both sides and says what can be done. */
export class CampaignError extends Error {
  override readonly name = "CampaignError"
  readonly code: CampaignErrorCode

  constructor(code: CampaignErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
