/**
 * What is asked, from above, of fences and objects that are more than an issuer's: to be released, completed, repaired. A build has all
 * of these families, or none (`scripts/families-seam.mjs` names the other file); a heap says which it carries (`Header.families`), and
 * only a build that has them all may run on it. So a build without any meets none.
 */
export * from "./families/all"
