import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openDatabase } from '@clientele/db';
import { createLogKey, type ProblemKind, type SignedCheckpoint, verifyLog } from '@clientele/services';

const sentences: Record<ProblemKind, string> = {
  changed: 'is not what was sealed here: it was changed, or put in the place of another',
  removed: 'is gone; its seal is still there',
  link_missing: 'there is no seal at this place: a record was removed together with its seal',
  checkpoint_differs: 'the chain does not lead to what was signed here: something up to this place was changed, put in or removed',
  checkpoint_forged: 'the checkpoint is not signed by this installation (was the SECRET changed? name the earlier public key with --key)',
  cut_off: 'the chain ends before this place, which was signed: its end was removed',
  unsigned: 'the chain goes on to this place without a signature',
  unsealed: 'has no seal and waits for none: it was written past the seal',
  removed_unsealed: 'is gone; it waited for its seal',
};

const verifyLogUsage = `verify-log [--partner ID] [--checkpoint FILE]... [--key PUBLIC_KEY]...
  --partner     only the log of this partner; every one unless told
  --checkpoint  a checkpoint that was kept elsewhere: the log must lead to it
  --key         an earlier public key of this installation, in Base64`;

/**
 * The command `verify-log`: looks through the activity logs, says what is wrong with which record, and returns the exit code: 0 when nothing is,
 * 1 when something is, 2 when it was called in a way that it does not know.
 */
export async function runVerifyLog(
  { databaseUrl, secret }: { databaseUrl: string; secret: string },
  args: string[],
  say: (line: string) => void,
): Promise<0 | 1 | 2> {
  let options: { partner: string | undefined; keys: Buffer[]; kept: SignedCheckpoint[] };
  try {
    options = optionsOf(args);
  } catch (error) {
    say(`${(error as Error).message}\n${verifyLogUsage}`);
    return 2;
  }
  const db = openDatabase({ url: databaseUrl, role: 'clientele_worker', connections: 2, name: 'clientele verify-log' });
  try {
    const everyone = await db.sql<{ id: string; name: string }[]>`select * from partners_with_log()`;
    const partners = options.partner ? everyone.filter(({ id }) => id === options.partner) : everyone;
    if (options.partner && partners.length === 0) {
      say(`There is no partner ${options.partner}.`);
      return 2;
    }
    const keys = [createLogKey(secret).publicKey, ...options.keys];
    let isGood = true;
    for (const partner of partners) {
      const found = await verifyLog({ db, partner }, { keys, kept: options.kept });
      const where = `${partner.name} (${partner.id})`;
      const count = new Intl.NumberFormat('en').format(found.records);
      const more = [
        ...(found.waiting > 0 ? [`${found.waiting} wait for their seal`] : []),
        ...(found.cut > 0 ? [`old ones up to place ${found.cut} were removed`] : []),
      ].join(', ');
      if (found.problems.length === 0) {
        say(`✓ ${where}: ${count} records, sealed up to place ${found.seq}${more ? `; ${more}` : ''}`);
        if (found.seq > 0) say(`  ${found.hash}`);
        continue;
      }
      isGood = false;
      say(
        `✗ ${where}: ${count} records, ${found.more ? 'more than ' : ''}${found.problems.length} ${found.problems.length === 1 ? 'problem' : 'problems'}`,
      );
      for (const { kind, seq, eventId } of found.problems)
        say(`  ${[...(seq === null ? [] : [`place ${seq}`]), ...(eventId ? [`record ${eventId}`] : [])].join(', ')}: ${sentences[kind]}`);
    }
    return isGood ? 0 : 1;
  } finally {
    await db.close();
  }
}

function optionsOf(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      partner: { type: 'string' },
      checkpoint: { type: 'string', multiple: true, default: [] },
      key: { type: 'string', multiple: true, default: [] },
    },
  });
  const keys = values.key.map((text) => {
    const key = Buffer.from(text, 'base64');
    if (key.length !== 32) throw new Error(`--key is a public key of 32 bytes in Base64, and not "${text}"`);
    return key;
  });
  const kept = values.checkpoint.map((file) => {
    const checkpoint = JSON.parse(readFileSync(file, 'utf8')) as Partial<SignedCheckpoint>;
    if (checkpoint.format !== 'clientele-log-checkpoint/1') throw new Error(`${file} is no checkpoint`);
    return checkpoint as SignedCheckpoint;
  });
  return { partner: values.partner, keys, kept };
}
