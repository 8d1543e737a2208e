import { createServer, type RequestListener, type Server } from 'node:http';
import { receiveImport, takeReturnedMail } from '@clientele/contracts';
import type { RequestHandler } from 'express';
import { longestUploadMs } from './uploads.ts';

/**
 * How long a connection may take for what, so that one that only drips holds nothing for long, and how much a head may be. A proxy in front has limits of
 * its own; these hold without one.
 */
export const patience = {
  /** Until the head of a request is there. */
  headMs: 15_000,
  /** Until the body of a request is there; a list of 10,000 recipients takes a slow line some seconds. */
  bodyMs: 60_000,
  /** The same for files and for mails that come back. */
  uploadMs: longestUploadMs,
  /** Between two requests; longer than what proxies keep a connection for, so that it is not we who close it under a request. */
  idleMs: 65_000,
  /** How often connections are looked at. */
  everyMs: 5000,
};
export type Patience = typeof patience;

/** All headers of one request together. */
const mostOfHead = 16 * 1024;
/** More headers than that are nobody's that means well. */
const mostHeaders = 100;

/** The server that the app runs in. */
export function createHttpServer(app: RequestListener, given: Patience = patience): Server {
  const server = createServer({ maxHeaderSize: mostOfHead, headersTimeout: given.headMs, connectionsCheckingInterval: given.everyMs }, app);
  server.maxHeadersCount = mostHeaders;
  server.keepAliveTimeout = given.idleMs;
  // The last resort, for whatever our own limits may miss: they are shorter, and not the same for every path.
  server.requestTimeout = given.uploadMs + 30_000;
  return server;
}

const uploads: readonly string[] = [receiveImport.path, takeReturnedMail.path];

/** Ends a request whose body does not come. Uploads have more time. */
export const limitBodies =
  (given: Patience = patience): RequestHandler =>
  (request, response, next) => {
    const timer = setTimeout(
      () => {
        if (request.complete) return;
        // To the connection itself, as Node does with a head that does not come: whoever waits for the body still believes that nothing is answered.
        if (!response.headersSent) request.socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        request.socket.destroySoon();
      },
      uploads.includes(request.path) ? given.uploadMs : given.bodyMs,
    );
    timer.unref();
    // Not when it was answered: one that is refused at its head still has to send its body, or be gone.
    const done = () => request.complete && clearTimeout(timer);
    request.once('end', done);
    response.once('close', done);
    next();
  };
