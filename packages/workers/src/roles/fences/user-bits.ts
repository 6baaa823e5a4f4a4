/** The issuers' own flag bits on a fence, from `Flag.User` on. */
export const USER_BIT = {
  /** Somebody won the signal. */
  won: 1 << 16,
  enabled: 1 << 17,
  hardwareDone: 1 << 18,
  freed: 1 << 19,
} as const
