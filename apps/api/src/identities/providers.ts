import { problem } from '../problem.ts';
import type { Provider } from '../provider-settings.ts';
import { createProviderClient, type ProviderClient } from './provider-client.ts';

type Needs = Parameters<typeof createProviderClient>[1];

/** The providers that the settings name, each with its client. */
export const createProviders = (configured: readonly Provider[], needs: Needs) => {
  const clients = new Map(configured.map((provider) => [provider.name, createProviderClient(provider, needs)]));
  return {
    list: configured.map(({ name, label }) => ({ name, label })),

    has: (name: string): boolean => clients.has(name),

    /** @throws Problem `not_found` */
    get(name: string): ProviderClient {
      const client = clients.get(name);
      if (!client) throw problem('not_found', { thing: 'provider' });
      return client;
    },

    /** How pages name it; the name of one that the settings no longer have. */
    labelOf: (name: string): string => clients.get(name)?.provider.label ?? name,
  };
};

export type Providers = ReturnType<typeof createProviders>;
