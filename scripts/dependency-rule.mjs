// Checks who may import whom, where transactions may start, and what no folder or file may be called.
// `node scripts/dependency-rule.mjs [root]` prints one line per violation; the table below is the rule itself (CONTRIBUTING.md tells it in words).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

const ANY = Symbol('any');

/**
 * house: workspace packages it may import. inRoot: more of them, only in its composition root. inTypes: more, only their types.
 * inTests: more, only in tests; the fixtures in a testing/ folder may also reach for another package's source by path.
 * outside: npm packages and node: modules it may import (tests excepted); left out where package.json is enough of a rule.
 */
const RULE = {
  'packages/domain': { house: [], outside: [] },
  'packages/contracts': { house: ['domain'], outside: ['zod'] },
  'packages/db': { house: ['domain'] },
  'packages/services': { house: ['domain', 'db'] },
  'packages/queue': { house: ['domain', 'db'] },
  'packages/mail': { house: [] },
  'packages/runtime': { house: [] },
  'apps/api': {
    house: ['contracts', 'domain', 'services', 'queue', 'runtime', 'mail'],
    inRoot: ['db'],
    inTypes: ['db'],
    inTests: ['db', 'worker', 'standalone'],
  },
  'apps/worker': { house: ['queue', 'services', 'mail', 'runtime', 'domain', 'db'], inTests: ['api', 'standalone', 'contracts'] },
  'apps/web': { house: ['contracts', 'domain'] },
  'apps/standalone': { house: ANY },
  bench: { house: ANY },
  e2e: { house: ['domain'] },
  scripts: { house: [] },
};

/** Libraries that one package hides from all the others: swapping them must touch one folder. Tests are no exception; a bench measures us against them bare. */
const HIDDEN = { bullmq: 'packages/queue', ioredis: 'packages/queue', nodemailer: 'packages/mail' };

/** Code that may stand in one place only. `hint` is a quick look at the text, `isIt` the syntax node that counts. */
const RESERVED = [
  {
    hint: /\.(transaction|begin)\s*[(<]/,
    isIt: (node) =>
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      /^(transaction|begin)$/.test(node.expression.name.text),
    allowedIn: (owner) => owner === 'packages/db' || owner === 'apps/web',
    says: 'starts a transaction outside packages/db: use transact()',
  },
  {
    hint: /\bcreate\w*Transport\b/,
    isIt: (node) => ts.isIdentifier(node) && /^create\w*Transport$/.test(node.text),
    allowedIn: (owner) => owner !== 'apps/api',
    says: 'makes a mail transport: the API never talks SMTP, the worker sends',
  },
];

const FORBIDDEN_NAMES = ['shared', 'common', 'utils', 'util', 'helpers', 'helper', 'lib', 'core', 'misc', 'types'];
const FORBIDDEN_ENDING = /(?:[-_](?:utils?|helpers?)|[a-z](?:Utils?|Helpers?))$/;

const IGNORED = new Set(['node_modules', 'dist', 'coverage', 'test-results', 'playwright-report']);
const CODE = /(?<!\.d)\.(?:[cm]?[jt]sx?|vue)$/;
const TEST = /\.test\.[cm]?tsx?$|\/testing\/|\/test\/|\.config\.[cm]?[jt]s$/;

function* filesIn(root, folder = '') {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = posix.join(folder, entry.name);
    if (IGNORED.has(entry.name) || (entry.name.startsWith('.') && entry.isDirectory())) continue;
    if (entry.isDirectory()) {
      yield { path, isFolder: true };
      yield* filesIn(root, path);
    } else if (entry.isFile()) yield { path, isFolder: false };
  }
}

const lineAt = (text, index) => text.slice(0, index).split('\n').length;

/** A Vue file with everything but its scripts blanked, so that line numbers stay. */
function scriptsOf(source) {
  const blank = (text) => text.replace(/[^\n]/g, ' ');
  let result = '';
  let end = 0;
  for (const match of source.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)) {
    const start = match.index + match[0].indexOf('>') + 1;
    result += blank(source.slice(end, start)) + match[1];
    end = start + match[1].length;
  }
  return result + blank(source.slice(end));
}

function positionsOf(code, path, isIt) {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, false, kind);
  const positions = [];
  const visit = (node) => {
    if (isIt(node)) positions.push(node.getStart(tree));
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return positions;
}

function ownerOf(path) {
  const [first, second] = path.split('/');
  return first === 'packages' || first === 'apps' ? `${first}/${second}` : first;
}

function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function nameProblem(name) {
  const parts = name.split('.').filter(Boolean);
  const bad = parts.find((part) => FORBIDDEN_NAMES.includes(part.toLowerCase()) || FORBIDDEN_ENDING.test(part));
  return bad && `is named "${bad}": a name says what is inside`;
}

/** Whether the import statement around a specifier takes types only. */
function isTypeOnly(code, position) {
  const before = code.slice(0, position);
  const start = Math.max(before.lastIndexOf('import'), before.lastIndexOf('export'));
  return /^(?:import|export)\s+type\b/.test(before.slice(start));
}

/** What one import breaks, as a sentence, or undefined. */
function importProblem(specifier, { path, owner, rule, folderOf, typeOnly }) {
  const isTest = TEST.test(path);
  if (specifier.startsWith('.')) {
    const target = ownerOf(posix.join(posix.dirname(path), specifier));
    return target === owner || path.includes('/testing/') ? undefined : `reaches into ${target} by a relative path (${specifier})`;
  }
  const name = packageOf(specifier);
  const hiddenIn = HIDDEN[name];
  if (hiddenIn) return hiddenIn === owner || owner === 'bench' ? undefined : `imports ${name}, which only ${hiddenIn} may`;

  if (name.startsWith('@clientele/')) {
    const short = name.slice('@clientele/'.length);
    if (rule.house === ANY || folderOf.get(name) === owner) return undefined;
    // The browser's entry point composes nothing of the server's.
    const isRoot = owner !== 'apps/web' && path === `${owner}/src/main.ts`;
    if (isRoot && owner.startsWith('apps/')) return undefined;
    const allowed = [
      ...rule.house,
      ...(rule.inRoot && path === `${owner}/src/index.ts` ? rule.inRoot : []),
      ...(rule.inTypes && typeOnly ? rule.inTypes : []),
      ...(rule.inTests && isTest ? rule.inTests : []),
    ];
    return allowed.includes(short) ? undefined : `imports ${name}; ${owner} may import ${rule.house.join(', ') || 'no other package'}`;
  }
  if (rule.outside && !isTest && !rule.outside.includes(name)) {
    const kind = name.startsWith('node:') || builtinModules.includes(name) ? 'Node itself' : 'a library';
    return `imports ${name} (${kind}); ${owner} may use ${rule.outside.join(', ') || 'none'}`;
  }
  return undefined;
}

/** All violations below `root`: [{ path, line, message }]. */
export function findViolations(root) {
  const violations = [];
  const files = [...filesIn(root)];

  for (const { path } of files) {
    const message = nameProblem(posix.basename(path));
    if (message) violations.push({ path, line: 0, message });
  }

  const folderOf = new Map();
  for (const { path } of files.filter((file) => file.path.endsWith('/package.json'))) {
    const { name } = JSON.parse(readFileSync(join(root, path), 'utf8'));
    if (!name) continue;
    folderOf.set(name, posix.dirname(path));
    const message = nameProblem(name.split('/').at(-1));
    if (message) violations.push({ path, line: 0, message: `package ${message}` });
    const folder = posix.dirname(path);
    if (/^(packages|apps)\/[^/]+$/.test(folder) && !RULE[folder])
      violations.push({ path, line: 0, message: `${folder} has no line in the dependency rule (scripts/dependency-rule.mjs)` });
  }

  for (const { path, isFolder } of files) {
    const owner = ownerOf(path);
    const rule = RULE[owner];
    if (isFolder || !rule || !CODE.test(path)) continue;
    const source = readFileSync(join(root, path), 'utf8');

    const code = path.endsWith('.vue') ? scriptsOf(source) : source;

    for (const { fileName, pos } of ts.preProcessFile(code, true, true).importedFiles) {
      const message = importProblem(fileName, { path, owner, rule, folderOf, typeOnly: isTypeOnly(code, pos) });
      if (message) violations.push({ path, line: lineAt(code, pos), message });
    }
    for (const { hint, isIt, allowedIn, says } of RESERVED) {
      if (allowedIn(owner) || !hint.test(code)) continue;
      for (const position of positionsOf(code, path, isIt)) violations.push({ path, line: lineAt(code, position), message: says });
    }
  }
  return violations;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = resolve(process.argv[2] ?? join(fileURLToPath(import.meta.url), '../..'));
  if (!existsSync(root)) throw new Error(`no such folder: ${root}`);
  const violations = findViolations(root);
  for (const { path, line, message } of violations) console.log(`${path}${line ? `:${line}` : ''} ${message}`);
  if (violations.length > 0) process.exitCode = 1;
}
