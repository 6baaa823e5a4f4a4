// Holds a lock, and counts for ever.
addEventListener("message", ({ data: { words, lock } }) => {
  const hold = () => {
    setTimeout(() => {
      postMessage("counts")
      for (;;) Atomics.add(words, 0, 1)
    })
    return new Promise(() => {})
  }
  void navigator.locks.request(lock, hold)
})
