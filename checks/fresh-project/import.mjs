import { me } from '@latchkey/contract/accounts';
import { createClient } from '@latchkey/contract/axios-client';
import * as guard from '@latchkey/guard';
import * as problem from '@latchkey/guard/problem';
import { verify } from './verify.mjs';

await verify({ guard, problem, createClient, me });
