const { me } = require('@latchkey/contract/accounts');
const { createClient } = require('@latchkey/contract/axios-client');
const guard = require('@latchkey/guard');
const problem = require('@latchkey/guard/problem');

import('./verify.mjs').then(({ verify }) => verify({ guard, problem, createClient, me }));
