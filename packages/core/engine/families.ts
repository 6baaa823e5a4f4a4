/**
 * What is asked, from above, of fences and objects that are more than an issuer's: to be released, completed, repaired. A build has all
 * of these families, or primitives for synchronization only, or neither (`scripts/families-seam.mjs` names the other file). A heap
 * says what it carries (`Header.families`), and only a build that has all of that may run on it: so no build meets what it lacks.
 */
export * from "./families/all"
