/** Looked at before anything else of the explorer is loaded: the rest replaces what is missing here. */
if (globalThis.SharedArrayBuffer === undefined)
  throw new Error(
    "@outlive/explore needs SharedArrayBuffer: serve the page with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp",
  )
