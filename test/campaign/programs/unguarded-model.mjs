/** Three threads add to a word that nothing guards. Not every order loses three additions. */
export const model = {
  name: "unguarded",
  memory: 8,
  setup: (memory) => new Int32Array(memory),
  threads: [1, 2, 3].map((turns) => (words) => {
    for (let turn = 0; turn < turns; turn++) Atomics.store(words, 0, Atomics.load(words, 0) + 1)
  }),
  check(words) {
    const lost = 6 - words[0]
    if (lost >= 3) throw new Error(`${lost} additions are lost`)
  },
}
