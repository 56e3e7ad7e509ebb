import type { Command } from '@commander-js/extra-typings';
import { addApp, standardScopes } from '../apps/add-app.ts';
import type { App } from '../apps/app-store.ts';
import { removeApp } from '../apps/remove-app.ts';
import { rotateAppSecret } from '../apps/rotate-app-secret.ts';
import { OperatorError } from '../operator-error.ts';
import type { Services } from '../services.ts';
import { appAudience, appName, appScopes, fileContent, newUsername } from './arguments.ts';
import { examples, moment, table } from './output.ts';
import type { OnDatabase } from './program.ts';

/** The app with this name or client id. */
const findApp = async ({ apps }: Services, name: string): Promise<App> => {
  const app = (await apps.findByName(name)) ?? (await apps.findById(name));
  if (!app) throw new OperatorError(`There is no app ${name}; see pnpm apps list.`);
  return app;
};

const typeOf = ({ isConfidential }: App): string => (isConfidential ? 'confidential' : 'public');

const show = (app: App, secrets: readonly string[], serviceAccount: string | undefined): string =>
  table([
    ['Name', app.name],
    ['Client id', app.id],
    ['Type', `${typeOf(app)}${app.isThirdParty ? ', third party' : ''}`],
    ['Audience', app.audience],
    ['Scopes', [...standardScopes, ...app.scopes].join(' ')],
    ['Redirect URIs', app.redirectUris.join(' ')],
    ['After sign-out', app.postLogoutRedirectUris.join(' ') || '–'],
    ['Told of sign-outs', app.backchannelLogoutUri ?? '–'],
    ['Valid secrets', app.isConfidential ? String(secrets.length) : '–'],
    ['Public key', app.publicKey === null ? '–' : 'registered'],
    ['Service account', serviceAccount ?? '–'],
    ['Device flow', app.isDevice ? 'allowed' : '–'],
    ['Added', moment(app.createdAt)],
  ]);

const list = async ({ apps }: Services): Promise<string> => {
  const all = await apps.list();
  if (all.length === 0) return 'There are no apps yet. Add one with pnpm apps add.';
  return table([
    ['NAME', 'TYPE', 'CLIENT ID', 'REDIRECT URIS'],
    ...all.map((app) => [app.name, typeOf(app), app.id, app.redirectUris.join(' ')]),
  ]);
};

/** The values of an option that can be repeated. */
const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text];
const none: readonly string[] = [];

export const addAppCommands = (program: Command, onDatabase: OnDatabase): void => {
  const apps = program.command('apps').description('Register the apps that sign people in with Latchkey.');

  apps
    .command('list')
    .description('List the apps.')
    .addHelpText('after', examples('apps list'))
    .action(onDatabase(list));

  apps
    .command('add')
    .description('Register an app, and print its client id and, if it has one, its secret.')
    .argument('<name>', 'what people read when they sign in', appName)
    .option('--redirect <uri>', 'where people return to after signing in; can be repeated', collect, none)
    .option('--post-logout-redirect <uri>', 'where people return to after signing out; can be repeated', collect, none)
    .option('--backchannel-logout <uri>', 'where Latchkey tells its server that a sign-in has ended')
    .option('--public', 'it runs in a browser or on a device, so it has no secret (default)')
    .option('--confidential', 'it runs on a server, and gets a secret')
    .option('--public-key <file>', 'it runs on a server, and signs with the private key of this one (PEM)', fileContent)
    .option('--service-account <username>', 'create an account as which it gets tokens without a user', newUsername)
    .option('--device', 'it runs on devices without a browser: people enter a code', false)
    .option('--third-party', 'it belongs to somebody else, so people are asked for their consent', false)
    .option('--audience <audience>', 'the audience of its access tokens (default: its name)', appAudience)
    .option('--scope <scopes>', 'scopes of its own, such as "cart orders"', appScopes, none)
    .addHelpText(
      'after',
      examples(
        'apps add shop --redirect https://shop.example.com/callback',
        'apps add wiki --confidential --redirect https://wiki.example.com/callback',
        'apps add billing --confidential --service-account billing-bot --scope "invoices"',
        'apps add cli --device',
      ),
    )
    .action(
      onDatabase(async (services, name: string, options) => {
        const {
          redirect,
          postLogoutRedirect,
          backchannelLogout,
          confidential = false,
          thirdParty,
          audience,
          scope,
          publicKey,
          serviceAccount,
          device,
        } = options;
        const isConfidential = confidential || publicKey !== undefined;
        if (redirect.length === 0 && serviceAccount === undefined && !device)
          throw new OperatorError('An app needs a redirect URI: add --redirect https://shop.example.com/callback.');
        if (serviceAccount !== undefined && !isConfidential)
          throw new OperatorError('An app with a service account must prove who it is: add --confidential.');
        if (isConfidential && options.public)
          throw new OperatorError('An app is either public or confidential: leave out one of the two options.');
        const { id, secret } = await addApp(services)({
          name,
          audience,
          redirectUris: redirect,
          postLogoutRedirectUris: postLogoutRedirect,
          backchannelLogoutUri: backchannelLogout,
          isConfidential,
          isThirdParty: thirdParty,
          scopes: scope,
          publicKey,
          serviceAccount,
          isDevice: device,
        });
        const added = `Added ${name}. Client id: ${id}`;
        return secret === undefined ? added : `${added}\nClient secret (shown once): ${secret}`;
      }),
    );

  /** A command about one app, which exists. */
  const addCommand = (name: string, description: string, run: (services: Services, app: App) => Promise<string>) =>
    apps
      .command(name)
      .description(description)
      .argument('<app>', 'its name or client id')
      .addHelpText('after', examples(`apps ${name} shop`))
      .action(onDatabase(async (services, given: string) => run(services, await findApp(services, given))));

  addCommand('show', 'Print what is registered for an app.', async ({ apps, accounts, clock }, app) => {
    const account = app.serviceUserId === null ? undefined : await accounts.findById(app.serviceUserId);
    return show(app, await apps.listSecretHashes(app.id, clock()), account?.username);
  });

  addCommand(
    'rotate-secret',
    'Print a new secret; those before it are valid for one more day.',
    async (services, app) =>
      `New client secret of ${app.name} (shown once): ${await rotateAppSecret(services)(app)}\nThe one before is valid for one more day.`,
  );

  addCommand('remove', 'Remove an app, and sign everybody out of it.', async (services, app) => {
    const ended = await removeApp(services)(app);
    return `${app.name} is removed; ended ${ended} ${ended === 1 ? 'session' : 'sessions'} of it.`;
  });
};
