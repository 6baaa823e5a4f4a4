/** Cells behind the lock, which takes four at most: always equal to whoever may look. */
export const PAIR = [6, 7]
