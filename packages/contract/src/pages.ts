/**
 * The paths of the web app's pages. The web app's router maps each to its page. The API answers them with 200 and any other
 * page request with 404.
 */
export const pages = {
  home: '/',
  logIn: '/login',
  register: '/register',
  profile: '/profile',
  password: '/password',
  devices: '/devices',
  activity: '/activity',
  tokens: '/tokens',
  inspector: '/inspector',
  goodbye: '/goodbye',
  verifyEmail: '/verify-email',
  forgotPassword: '/forgot-password',
  resetPassword: '/reset-password',
  undo: '/undo',
  apps: '/apps',
  signInMethods: '/sign-in-methods',
  continueSignIn: '/login/continue',
  authorize: '/oauth/authorize',
  endSession: '/oauth/logout',
  device: '/device',
} as const;

export type Page = (typeof pages)[keyof typeof pages];
