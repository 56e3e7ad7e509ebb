import { registerHooks } from 'node:module';

/**
 * For `node --import`. Node 24 parses a package's package.json again for each of its modules. For drizzle-orm, 150 modules and
 * 175 kB, that takes over a second in each process and thread that a test starts. All its modules are ES modules.
 */
registerHooks({
  resolve: (specifier, context, next) =>
    /^\.\.?\/.*\.js$/.test(specifier) && context.parentURL?.includes('/node_modules/drizzle-orm/')
      ? { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true }
      : next(specifier, context),
});
