/** A model that has a finding if it can see what opens the queue. */
export const model = {
  name: "secretive",
  memory: 8,
  setup: (memory) => new Int32Array(memory),
  threads: [(words) => Atomics.add(words, 0, 1), (words) => Atomics.add(words, 0, 1)],
  check() {
    const seen = Object.keys(process.env).filter((name) => name.startsWith("OUTLIVE_REDIS"))
    if (seen.length > 0) throw new Error(`${seen.join(", ")} can be seen`)
  },
}
