import { me } from '@latchkey/contract/accounts';
import { createClient } from '@latchkey/contract/axios-client';
import { createGuard, getClaims } from '@latchkey/guard';
import { verify } from './verify.mjs';

await verify({ createGuard, getClaims, createClient, me });
