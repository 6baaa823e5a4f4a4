/** What a proxy of a constructor makes. */

type AnyConstructor = new (...parameters: never[]) => object

/**
 * As the platform makes it; of a class that extends it, an instance of that class. The proxy itself is not named as the class:
 * V8 gives each object made so a shape of its own, and whatever reads it gets slower with every one.
 */
export function construct<T extends object>(
  target: abstract new (...parameters: never[]) => T,
  parameters: readonly unknown[],
  as: unknown,
  proxy: object,
): T {
  return Reflect.construct(
    target as unknown as AnyConstructor,
    parameters,
    as === proxy ? target : (as as AnyConstructor),
  ) as T
}
