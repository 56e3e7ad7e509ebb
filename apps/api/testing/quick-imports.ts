import { registerHooks } from 'node:module';

/**
 * For `node --import`. Node 24 parses the package.json of a package anew for each module in it; of drizzle-orm we load 150,
 * and that file has 175 kB: more than a second for each process and thread that a test starts. Theirs are all ES modules.
 */
registerHooks({
  resolve: (specifier, context, next) =>
    /^\.\.?\/.*\.js$/.test(specifier) && context.parentURL?.includes('/node_modules/drizzle-orm/')
      ? { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true }
      : next(specifier, context),
});
