import { expect, it } from 'vitest';
import { misspelledSettings } from './misspelled-settings.ts';

const settingNames = ['PORT', 'HOST', 'SMTP_URL', 'DATABASE_URL', 'APP_SECRET'];

it.each([
  ['SMPT_URL', 'SMTP_URL'],
  ['DATABSE_URL', 'DATABASE_URL'],
  ['DATABASEURL', 'DATABASE_URL'],
  ['app_secret', undefined],
  ['PROT', 'PORT'],
  ['HOSTS', 'HOST'],
  ['HOME', undefined],
  ['PATH', undefined],
  ['PWD', undefined],
  ['DATABASE_URL', undefined],
])('the environment variable %s suggests %s', (name, meant) => {
  expect(misspelledSettings(settingNames, { [name]: 'x' })).toEqual(
    meant === undefined ? [] : [`${name} is not a setting. Did you mean ${meant}?`],
  );
});
