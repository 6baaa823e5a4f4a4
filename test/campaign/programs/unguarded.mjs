/** The same as a program, for threads. */
export const program = {
  name: "unguarded",
  claim: "no addition is lost",
  about: "locks",
  threads: [
    {
      name: "adder",
      play({ cell, read, write }) {
        return () => {
          const before = read(cell(0))
          // Most of the time is spent here, so that wherever a thread is stopped, an addition is lost.
          for (let spin = 0; spin < 2_000; spin++) read(cell(0))
          write(cell(0), before + 1)
        }
      },
    },
  ],
  sizes: [{ threads: 2, turns: 1 }],
  check({ cell, read }, _, ends) {
    const turns = ends.reduce((sum, end) => sum + end.turns, 0)
    if (read(cell(0)) !== turns) throw new Error(`${read(cell(0))} additions of ${turns}`)
  },
}
