/** What people take when twelve characters are asked for: the long ones of leaked lists, in lower case without digits at the end. */
const COMMON: ReadonlySet<string> = new Set(
  `abcdefghijkl abcdefghijklm abcdefghijklmnop adminadmin adminadminadmin administrator administratoradmin
  adminpassword alexanderthegreat babygirlbaby basketball baseballbaseball blahblahblah changeme changemechangeme
  changemenow changemeplease christopher computercomputer correcthorsebatterystaple defaultpassword dragondragon
  everlasting football footballfootball foobarfoobar glidepath glidepathadmin glidepathglidepath helloworld
  hellohellohello iloveyou iloveyouforever iloveyousomuch iloveyoubaby jordanjordan letmein letmeinletmein
  letmeinplease liverpoolfc loveyouforever manchesterunited masterpassword michaeljackson microsoft monkeymonkey
  mypassword mypasswordis newpassword nothingtosee opensesame passphrase password passwordpassword passwordadmin
  passwordone passw0rd p@ssw0rd p@ssword pa$$word pa55word princessprincess qazwsxedcrfv qazwsxedcrfvtgb qwerty
  qwertyqwerty qwertyuiop qwertyuiopas qwertyuiopasdf qwertyuiopasdfghjkl qwertzuiop q1w2e3r4t5y6 q1w2e3r4t5y6u7
  1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv zaq12wsxcde3 zxcvbnm zxcvbnmzxcvbnm asdfghjkl
  asdfghjklzxc asdfasdfasdf secretsecret secretpassword spongebobsquarepants starwarsstarwars summersummer
  sunshinesunshine superman supermansuperman superadmin testpassword testtesttest testingtesting thisismypassword
  thisisapassword trustno1 trustnoone unbelievable verysecret verysecretpassword welcome welcometothejungle
  welcomewelcome whatever whateverwhatever winterwinter yourpassword`.split(/\s+/),
);

/** Among the first guesses: on the list (with digits or signs after it too), or one short piece over and over, or a row of keys. */
export function isCommonPassword(password: string): boolean {
  const plain = password.toLowerCase();
  const stem = plain.replace(/[^a-z]+$/, '');
  return COMMON.has(plain) || COMMON.has(stem) || isRepetition(plain) || isRow(plain);
}

/** `abcabcabcabc`, `aaaaaaaaaaaa`. */
function isRepetition(text: string): boolean {
  return /^(.{1,4})\1+.{0,3}$/s.test(text);
}

/** `123456789012`, `zyxwvutsrqpo`: each character is the neighbour of the one before, all in one direction. */
function isRow(text: string): boolean {
  return [1, -1].some((direction) =>
    [...text].every((character, index, all) => {
      const before = all[index - 1];
      if (before === undefined) return true;
      const step = (character.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0);
      return step === direction || (before === '9' && character === '0') || (before === '0' && character === '9');
    }),
  );
}
