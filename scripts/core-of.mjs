/**
 * Loaded with `--import`: the measured loops take `@outlive/core` from the checkout in $OUTLIVE_CORE_OF, and all else from their own.
 * So both builds are measured by the same code.
 */
import { register } from "node:module"
import { pathToFileURL } from "node:url"
import { isMainThread } from "node:worker_threads"

// Loaders run in a thread of their own, and come here again.
if (isMainThread) register(import.meta.url)

const CORE = /^@outlive\/core(\/|$)/
const MEASURED = /\/bench\/dist\/micro\/[^/]+$/

export function resolve(specifier, context, next) {
  if (!CORE.test(specifier) || !MEASURED.test(context.parentURL ?? "")) return next(specifier, context)
  const from = pathToFileURL(`${process.env.OUTLIVE_CORE_OF}/bench/dist/micro/loops.js`).href
  return next(specifier, { ...context, parentURL: from })
}
