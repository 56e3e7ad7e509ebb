const { me } = require('@latchkey/contract/accounts');
const { createClient } = require('@latchkey/contract/axios-client');
const { createGuard, getClaims } = require('@latchkey/guard');

import('./verify.mjs').then(({ verify }) => verify({ createGuard, getClaims, createClient, me }));
