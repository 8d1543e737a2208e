// `node check-export.mjs FILE [--key PUBLIC_KEY_OR_FINGERPRINT]`: checks a signed export of Clientele's activity log. Needs nothing but Node: no
// network, no other file, no installation. Prints what it found; exit code 0 when the file is whole and signed, 1 when it is not, 2 when it
// was called wrongly. How it is done stands in docs/activity-log.md, so that nobody has to take this script's word for it.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** RFC 8785: members by name, no spaces. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

/** Ed25519; the 32 bytes of the key behind the head that every such key has. */
function isSigned({ signature, ...signed }, publicKey) {
  const key = Buffer.from(publicKey, 'base64');
  if (key.length !== 32) return false;
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
  return verify(
    null,
    Buffer.from(canonical(signed)),
    createPublicKey({ key: der, format: 'der', type: 'spki' }),
    Buffer.from(String(signature), 'base64'),
  );
}

function isCheckpoint({ publicKey, ...checkpoint }, key) {
  return publicKey === key && isSigned(checkpoint, publicKey);
}

const fingerprint = (publicKey) => sha256(Buffer.from(publicKey, 'base64')).slice(0, 32).match(/.{4}/g).join(' ');

class Broken extends Error {}
const broken = (sentence) => {
  throw new Broken(sentence);
};

/** The lines of a file as bytes, each with its line end; a line at a time. */
async function* linesOf(file) {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(file)) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
      yield rest.subarray(from, end + 1);
      from = end + 1;
    }
    rest = rest.subarray(from);
  }
  if (rest.length > 0) yield rest;
}

async function check(file, wanted) {
  const digest = createHash('sha256');
  let number = 0;
  let head;
  let foot;
  let records = 0;
  let sealed = 0;
  let runs = 0;
  let last = { seq: 0, hash: '' };
  for await (const bytes of linesOf(file)) {
    number += 1;
    if (foot) broken(`line ${number}: something stands behind the foot`);
    let line;
    try {
      line = JSON.parse(bytes.toString('utf8'));
    } catch {
      broken(`line ${number}: this is no JSON; the line was changed`);
    }
    if (number === 1) {
      if (line.format !== 'clientele-log-export/1') broken('this is no signed export of an activity log');
      head = line;
    } else if (line.format === 'clientele-log-export-foot/1') {
      foot = line;
      if (bytes.toString('utf8') !== `${canonical(line)}\n`) broken(`line ${number}: the foot was changed`);
      continue;
    } else {
      records += 1;
      if (typeof line.record !== 'object' || line.record === null) broken(`line ${number}: there is no record`);
      if (line.record.partnerId !== head.partnerId) broken(`line ${number}: the record belongs to another partner`);
      if (line.seq !== undefined) {
        const { seq, previous, hash, record } = line;
        if (sha256(canonical({ seq, previous, record })) !== hash)
          broken(`line ${number}: record ${record.id} (place ${seq}) does not match its hash; it was changed`);
        if (seq <= last.seq) broken(`line ${number}: place ${seq} stands behind place ${last.seq}`);
        if (seq === last.seq + 1 && last.seq > 0 && previous !== last.hash)
          broken(`line ${number}: place ${seq} does not follow the one before`);
        if (seq !== last.seq + 1 || last.seq === 0) runs += 1;
        sealed += 1;
        last = { seq, hash };
      }
    }
    digest.update(bytes);
  }
  if (!head) broken('the file is empty');
  if (!foot) broken('the foot is missing; the end of the file was cut off');
  if (digest.digest('hex') !== foot.digest) broken('the content is not what was signed; a line was changed, added or removed');
  if (records !== foot.records) broken(`there are ${records} records, and ${foot.records} were signed`);
  if (head.publicKey !== foot.publicKey) broken('head and foot name different keys');
  if (!isSigned(foot, foot.publicKey)) broken('the signature is not of the key that the file names');
  const { checkpoint } = foot;
  if (checkpoint) {
    if (checkpoint.partnerId !== head.partnerId || !isCheckpoint(checkpoint, foot.publicKey))
      broken('the checkpoint is not signed by the same key');
    if (checkpoint.seq === last.seq && checkpoint.hash !== last.hash) broken('the last record does not lead to the checkpoint');
  }
  const print = fingerprint(foot.publicKey);
  if (wanted && wanted !== foot.publicKey && wanted.replaceAll(/\s/g, '').toLowerCase() !== print.replaceAll(' ', ''))
    broken(`the file is signed with another key than the one you named: ${print}`);
  return { head, records, sealed, runs, checkpoint, print };
}

let options;
try {
  options = parseArgs({ allowPositionals: true, options: { key: { type: 'string' } } });
  if (options.positionals.length !== 1) throw new Error('Name one file.');
} catch (error) {
  console.error(`${error.message}\nnode check-export.mjs FILE [--key PUBLIC_KEY_OR_FINGERPRINT]`);
  process.exit(2);
}

try {
  const { head, records, sealed, runs, checkpoint, print } = await check(options.positionals[0], options.values.key);
  console.log(`✓ whole and signed: ${records} records of ${head.partner} (${head.partnerId}), made ${head.at}`);
  console.log(`  asked for: ${canonical(head.filters)}`);
  console.log(
    `  ${sealed} are sealed and match their hashes, in ${runs} unbroken ${runs === 1 ? 'run' : 'runs'}; ${records - sealed} had no seal yet`,
  );
  if (checkpoint) console.log(`  the log stood at place ${checkpoint.seq} on ${checkpoint.at}: ${checkpoint.hash}`);
  console.log(
    options.values.key
      ? `  signed with the key you named: ${print}`
      : `  signed with the key ${print}\n  Compare it with what the installation shows (Activity, or /api/log-key): the file itself cannot prove whose key it is.`,
  );
} catch (error) {
  const isOurs = error instanceof Broken;
  console.log(`✗ ${isOurs ? error.message : `the file cannot be read: ${error.message}`}`);
  process.exitCode = isOurs ? 1 : 2;
}
