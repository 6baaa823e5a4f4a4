/** The two words that every result begins with: for whoever writes results, and does not wait until what checks them is loaded. */
export const SCHEMA = "outlive.result"
/** Rises when a reader of the version before would misread a file; what is only added leaves it as it is. */
export const VERSION = 1
