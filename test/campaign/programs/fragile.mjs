/** Two words that are the same whenever the lock is free, unless somebody has died in between. */
export const program = {
  name: "fragile",
  claim: "both words are the same",
  about: "locks",
  needs: { excludes: true },
  threads: [
    {
      name: "adder",
      play({ engine, record, cell, read, write }) {
        return () => {
          engine.lock(record, cell(0))
          write(cell(1), read(cell(1)) + 1)
          write(cell(2), read(cell(2)) + 1)
          engine.unlock(record, cell(0))
          return 1
        }
      },
    },
  ],
  sizes: [{ threads: 2, turns: 1 }],
  check({ cell, read }) {
    if (read(cell(1)) !== read(cell(2))) throw new Error(`${read(cell(1))} is not ${read(cell(2))}`)
  },
}
