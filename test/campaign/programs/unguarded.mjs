/** The same as a program, for threads. */
export const program = {
  name: "unguarded",
  claim: "no addition is lost",
  about: "locks",
  threads: [
    {
      name: "adder",
      play({ cell, read, write }) {
        return () => write(cell(0), read(cell(0)) + 1)
      },
    },
  ],
  sizes: [{ threads: 2, turns: 1 }],
  check({ cell, read }, _, ends) {
    const turns = ends.reduce((sum, end) => sum + end.turns, 0)
    if (read(cell(0)) !== turns) throw new Error(`${read(cell(0))} additions of ${turns}`)
  },
}
