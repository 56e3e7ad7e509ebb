import { expect, it } from 'vitest';
import { passwordFault } from './password-policy.ts';

const common = new Set(['password123']);
const faultOf = (password: string, email: string | null = 'grace.hopper@example.com') =>
  passwordFault(password, { username: 'Admiral-1906', email }, common);

it.each(['password123', 'PASSWORD123', 'ｐａｓｓｗｏｒｄ１２３'])(
  'a common password is refused however it is written: %s',
  (password) => {
    expect(faultOf(password)).toContain('attackers try first');
  },
);

it.each(['aaaaaaaaaa', 'abababababab', 'AaAaAaAa'])(
  'a password of one or two characters is refused: %s',
  (password) => {
    expect(faultOf(password)).toContain('repeats too few characters');
  },
);

it.each(['admiral-1906', 'ADMIRAL-1906!!!', '1admiral-19062'])(
  'hardly more than the user name is refused: %s',
  (password) => {
    expect(faultOf(password)).toContain('user name');
  },
);

it.each(['grace.hopper', 'Grace.Hopper@example.com', '12grace.hopper3'])(
  'hardly more than the e-mail address is refused: %s',
  (password) => {
    expect(faultOf(password)).toContain('e-mail address');
    expect(faultOf(password, null)).toBeUndefined();
  },
);

it.each(['correct horse battery', 'admiral-1906 wrote COBOL', 'grace.hopper was here', 'abcabcab', '        x y'])(
  'there are no rules of composition: %s',
  (password) => {
    expect(faultOf(password)).toBeUndefined();
  },
);
