/**
 * The addresses of the web app's pages. The web app's router gives each its page; the API answers them with 200, and any
 * other address that a browser opens with 404.
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
} as const;
