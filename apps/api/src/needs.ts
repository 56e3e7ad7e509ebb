/** The combined needs of a set of use cases, which routes and commands name as a union. */
export type NeedsOf<UseCase extends (needs: never) => unknown> = (
  UseCase extends (needs: infer Needs) => unknown
    ? (needs: Needs) => void
    : never
) extends (needs: infer All) => void
  ? All
  : never;
