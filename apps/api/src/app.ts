import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { changesPath } from '@clientele/contracts';
import type { ChangePublisher, CommittedEvent, Context, Database, listenToChanges } from '@clientele/db';
import { Refusal } from '@clientele/domain';
import { createDns } from '@clientele/mail';
import { backendOf, type Producer, type Relay } from '@clientele/queue';
import type { Logger, ReadyConfig } from '@clientele/runtime';
import {
  type CloudHost,
  type CloudHosts,
  createAttempts,
  createCloudHosts,
  createLinks,
  noteLockOut,
  noteSignedIn,
} from '@clientele/services';
import { toNodeHandler } from 'better-auth/node';
import express, { type Express, type RequestHandler, type Response, type Router } from 'express';
import { mountAgreementPages } from './agreement-pages.ts';
import { createGuard, type Guard } from './attempts.ts';
import { mountCalendarFeeds } from './calendar-feeds.ts';
import { mountCertificatePages } from './certificate-pages.ts';
import { createLiveChannel, type LiveChannel } from './changes.ts';
import { createCrossings } from './crossings.ts';
import { languageOf, mountCustomerPages, protectPage } from './customer-pages.ts';
import { createElsewhereNotes, type ElsewhereNotes } from './elsewhere.ts';
import { mountExports } from './exports.ts';
import { limitBodies, type Patience } from './http-server.ts';
import { createKeyCalls, type KeyCalls } from './key-calls.ts';
import { createMetrics, metricsReadersOnly } from './metrics.ts';
import { contextOf, createMount, isStillIn, type MountOptions } from './mount.ts';
import { openApiDocument } from './openapi.ts';
import { createOpenId } from './openid.ts';
import { mountOwnPages } from './own-pages.ts';
import { noForms, ownPagesOnly, setOwnSites } from './own-site.ts';
import { renderErrorPage } from './pages/index.ts';
import { mountPartnershipPages } from './partnership-pages.ts';
import { problemHandler } from './problems.ts';
import { mountReturnedMails } from './returned-mails.ts';
import { mountRoutes } from './routes.ts';
import { allowDocumentation, allowPortal, mailFrame, mailFramePath, securityHeaders } from './security-headers.ts';
import { type AuthTables, addressOf, createAuth, noteAddress, openAuthPaths } from './session.ts';
import { mountSignInProviders } from './sign-in-providers.ts';
import { mountUnsubscribePages } from './unsubscribe-pages.ts';
import { mountUploads } from './uploads.ts';

export interface AppParts {
  config: ReadyConfig;
  logger: Logger;
  db: Database;
  authTables: AuthTables;
  listen: typeof listenToChanges;
  producer: Producer;
  relay: Relay;
  publisher: ChangePublisher;
  /** Folder of the built SPA; without it only the API answers. */
  webDist: string | undefined;
  patience?: Patience;
}

/** The Express app and its live channel. */
export function createApp({ config, logger, db, authTables, listen, producer, relay, publisher, webDist, patience }: AppParts) {
  const committed: NonNullable<Context['committed']> = (events: CommittedEvent[], partnerId) => {
    relay.dispatch(events);
    publisher.publishEvents(events, partnerId);
  };
  const hosts = createCloudHosts(config);
  const guard = createGuard(createAttempts({ db, secret: config.secret }));
  const elsewhere = createElsewhereNotes((error) =>
    logger.warn({ err: error }, 'an id of another partner was refused and not written down'),
  );
  const keyCalls = createKeyCalls((error) => logger.warn({ err: error }, 'calls with an API key were not written down'));
  const live = createLiveChannel(db, listen);
  const metrics = createMetrics(() => relay.undispatched());

  const app: Express = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  setOwnSites(app, hosts);
  // What anybody else says of where it comes from counts for nothing.
  app.set('trust proxy', config.trustedProxies ?? false);
  app.use(nameRequest(logger), securityHeaders, limitBodies(patience), metrics.observe);

  app.get('/healthz', (_request, response) => void response.json({ ok: true }));
  app.get('/readyz', async (_request, response) => {
    await db.sql`select 1`;
    response.json({ ok: true });
  });
  app.get('/metrics', metricsReadersOnly(config.metricsSecret), async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.text());
  });

  // Everything else belongs to one cloud: the host says which, and what the other cloud has made is nothing there.
  const parts = { config, logger, db, authTables, producer, relay, publisher, hosts, committed, live, guard, elsewhere, keyCalls };
  const clouds = new Map(hosts.served.map((cloud) => [cloud, createCloudRouter(hosts.of(cloud), parts)]));
  app.use((request, response, next) => {
    // A router answers OPTIONS by itself, with what it has: nobody needs to know.
    if (request.method === 'OPTIONS') return next();
    return clouds.get(hosts.cloudOf(request.get('host')))?.(request, response, next);
  });
  app.use('/api', () => {
    throw new Refusal('not_found', 'There is no such endpoint. See /api/docs.');
  });
  if (webDist) mountSpa(app, webDist);
  app.use(() => {
    throw new Refusal('not_found', 'There is nothing at this address.');
  });
  app.use(elsewhere.watch, problemHandler(logger));
  return { app, live, elsewhere, keyCalls };
}

interface CloudParts extends Pick<AppParts, 'config' | 'logger' | 'db' | 'authTables' | 'producer' | 'relay' | 'publisher'> {
  hosts: CloudHosts;
  committed: NonNullable<Context['committed']>;
  live: LiveChannel;
  guard: Guard;
  elsewhere: ElsewhereNotes;
  keyCalls: KeyCalls;
}

/** Pages, API and sign-in of one cloud, made with its own keys. */
function createCloudRouter(host: CloudHost, parts: CloudParts): Router {
  const { config, logger, db, authTables, producer, relay, publisher, hosts, committed, live, guard, elsewhere, keyCalls } = parts;
  const { cloud, publicUrl, secret } = host;
  const crossings = createCrossings(host, parts);
  const options: MountOptions = { db, cloud, secret, committed, guard, elsewhere, keyCalls, noteForeign: crossings.note };
  const links = createLinks(host);
  const auth = createAuth({
    ...{ db, tables: authTables, ...host, guard, crossed: crossings.crossed },
    lockedOut(email, until, origin) {
      // Not waited for: it would take longer for an address that somebody has.
      noteLockOut({ db, committed, requestId: randomUUID(), origin, now: db.clock.now() }, { email, until }).catch((error: unknown) =>
        logger.warn({ err: error }, 'a lockout could not be written into the activity log'),
      );
    },
    async signedIn(userId, factors, origin) {
      // Who is in, is in: that it cannot be written down now must not throw the person out.
      await noteSignedIn({ db, committed, requestId: randomUUID(), origin, now: db.clock.now() }, { userId, factors }).catch(
        (error: unknown) => logger.error({ err: error }, 'a sign-in could not be written into the activity log'),
      );
    },
  });
  const openId = createOpenId({ allowPrivate: config.allowPrivateAddresses });

  // Its patterns are the application's: one router stands for the whole of it.
  const router = express.Router();
  const toAuth = toNodeHandler(auth);
  // Read here, because the library reads a body of any size.
  const readAuth = express.json({ limit: '64kb', type: () => true });
  router.all('/api/auth/*splat', ownPagesOnly, noForms, openDoorsOnly, readAuth, (request, response) => {
    noteAddress(request);
    return toAuth(request, response);
  });
  const pages = { ...options, links, auth, logger, observed: publisher.publish };
  router.use(publicPaths, asPage, countReads(guard));
  router.get(mailFramePath, mailFrame);
  mountCustomerPages(router, pages);
  mountPartnershipPages(router, pages);
  mountAgreementPages(router, pages);
  mountCertificatePages(router, pages);
  mountReturnedMails(router, { ...options, config, logger });
  mountUnsubscribePages(router, pages);
  mountOwnPages(router, { ...pages, producer, publicUrl });
  mountCalendarFeeds(router, { db, links, publicUrl, logger });
  mountSignInProviders(router, { ...options, auth, openId, logger, publicUrl });
  // A list of 10,000 recipients.
  router.use(['/api/invitations/recipients', '/api/invitations/send-many'], ownPagesOnly, noForms, express.json({ limit: '4mb' }));
  router.use('/api', ownPagesOnly, noForms, express.json({ limit: '1mb' }));
  mountRoutes(createMount(router, options), {
    logger,
    auth,
    host,
    hosts,
    secret: config.secret,
    guard,
    links,
    backend: backendOf(config),
    producer,
    relay,
    inboxUrl: config.inboxUrl,
    sender: senderOf(config),
    dns: createDns({ servers: config.dnsServers }),
    openId,
    allowPrivateAddresses: config.allowPrivateAddresses,
  });
  mountExports(router, options);
  mountUploads(router, options);
  router.get(changesPath, async (request, response) => {
    const { ctx } = await contextOf(request, response, options);
    live.follow(response, ctx.partner.id, () => isStillIn(request, response, options));
  });
  mountDocumentation(router, publicUrl);
  return router;
}

/** How mail is sent, for the sender check. */
const senderOf = (config: ReadyConfig) => ({
  from: config.mailFrom,
  bounceAddress: config.bounceAddress,
  smtpHost: new URL(config.smtpUrl).hostname,
  selectors: config.dkimSelectors,
  privateKey: config.dkimPrivateKey,
  publicHost: new URL(config.publicUrl).hostname,
});

/** Gives each request an id and one line in the log. Only the route's pattern is logged: paths can hold tokens. */
function nameRequest(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const requestId = randomUUID();
    response.locals.requestId = requestId;
    response.setHeader('x-request-id', requestId);
    const began = performance.now();
    response.on('finish', () => {
      logger.debug(
        {
          requestId,
          method: request.method,
          route: request.route?.path ?? 'other',
          status: response.statusCode,
          ms: Math.round(performance.now() - began),
        },
        'request',
      );
    });
    next();
  };
}

/** What anybody may read: customers' pages behind their links, the own page, calendars. */
const publicPaths = ['/i', '/p', '/a', '/e', '/u', '/my', '/calendar'];

/** Whatever is answered there is a page, also for what goes wrong. */
const asPage: RequestHandler = (_request, response, next) => {
  protectPage(response);
  next();
};

/** Of the library's endpoints only those that we use are there. */
const openDoorsOnly: RequestHandler = (request, _response, next) => {
  if (!openAuthPaths.has(request.path.slice('/api/auth'.length)))
    throw new Refusal('not_found', 'There is no such endpoint. See /api/docs.');
  next();
};

/** Limits how much of that one network address reads. Style sheet and script are read once and kept. */
const countReads =
  (guard: Guard): RequestHandler =>
  async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    const { allowed, until } = await guard.count('public-page', addressOf(request));
    if (allowed) return next();
    response.setHeader('retry-after', String(Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1000))));
    response.status(429).send(renderErrorPage({ language: languageOf(request, null), kind: 'too-many-requests' }));
  };

function mountDocumentation(app: Router, publicUrl: string): void {
  let document: object | undefined;
  app.get('/api/openapi.json', (_request, response) => {
    document ??= openApiDocument(publicUrl);
    response.json(document);
  });
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  app.get('/api/docs/start.js', (_request, response) => {
    response
      .type('text/javascript')
      .send("SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', deepLinking: true, docExpansion: 'none' });");
  });
  app.get('/api/docs', (_request, response) => {
    allowDocumentation(response);
    response.send(
      '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Clientele API</title><link rel="stylesheet" href="/api/docs/swagger-ui.css"><div id="docs"></div><script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></html>',
    );
  });
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js'])
    app.get(
      `/api/docs/${file}`,
      (_request, response) =>
        void response.sendFile(join(folder, file), {
          dotfiles: 'allow',
          maxAge: '1h',
          headers: { 'cache-control': 'public, max-age=3600' },
        }),
    );
}

/** Files of ours that a browser may keep. */
const keep = (response: Response) => response.removeHeader('cache-control');

/** The SPA: its files for a year (their names carry a hash), every other address its index. */
function mountSpa(app: Express, webDist: string): void {
  app.use('/assets', express.static(join(webDist, 'assets'), { immutable: true, maxAge: '1y', fallthrough: false, setHeaders: keep }));
  app.use(express.static(webDist, { index: false, setHeaders: keep }));
  app.get('/{*splat}', (_request, response, next) => {
    const index = join(webDist, 'index.html');
    if (!existsSync(index)) return next(new Refusal('not_found', 'The portal has not been built.'));
    allowPortal(response);
    response.setHeader('cache-control', 'no-cache');
    response.sendFile(index, { dotfiles: 'allow' });
  });
}
