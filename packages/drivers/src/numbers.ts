/** 0, 1, 2, and so on: the numbers of slots, rings, files. */
export const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n)
