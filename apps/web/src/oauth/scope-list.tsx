import { scopeText } from '../apps/scope-text.ts';

/** What an app asks for, in words. */
export const ScopeList = ({ scopes }: { scopes: readonly string[] }) => (
  <ul className="list-disc ps-6">
    {scopes.map((scope) => (
      <li key={scope}>
        <bdi>{scopeText(scope)}</bdi>
      </li>
    ))}
  </ul>
);
