/** What a set of use cases needs together: routes and commands declare it by naming the use cases. */
export type NeedsOf<UseCase extends (needs: never) => unknown> = (
  UseCase extends (needs: infer Needs) => unknown
    ? (needs: Needs) => void
    : never
) extends (needs: infer All) => void
  ? All
  : never;
