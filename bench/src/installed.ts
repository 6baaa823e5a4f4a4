/** Packages that are no dependency of ours: measured where they are installed. */

/** Why one cannot be measured; undefined when it can. */
export function notInstalled(name: string, version: string): string | undefined {
  try {
    import.meta.resolve(name)
    return undefined
  } catch {
    return `it is not installed: npm install ${name}@${version}`
  }
}
