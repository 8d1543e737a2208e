import { createHash } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { ownSiteOf } from './own-site.ts';

/** What nobody needs here. Passkeys are for our own pages only. */
const permissions = [
  ...['accelerometer', 'autoplay', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'hid', 'magnetometer', 'microphone', 'midi'],
  ...['payment', 'screen-wake-lock', 'serial', 'usb', 'xr-spatial-tracking'],
].map((name) => `${name}=()`);
const permissionsPolicy = [...permissions, 'publickey-credentials-get=(self)', 'publickey-credentials-create=(self)'].join(', ');

/** Of an answer that is no page: whatever a browser should take it for, it does nothing. */
const ofData = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The portal: its own files and nothing that stands inline, of scripts or of styles. Components set styles by the DOM, which no policy forbids. */
const ofPortal =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; img-src 'self' data:; manifest-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** The documentation: the same, but for the pictures in Swagger's own style sheet. */
const ofDocumentation =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * Headers of every answer, of the strictest kind: an answer that may do more says so itself. Nothing is kept by anybody unless it says so, too. HSTS
 * is for a year and the hosts below: a portal has a host of its own.
 */
export const securityHeaders: RequestHandler = (request, response, next) => {
  response.setHeader('content-security-policy', ofData);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'same-origin');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('permissions-policy', permissionsPolicy);
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('cache-control', 'no-store');
  if (ownSiteOf(request).isSecure) response.setHeader('strict-transport-security', 'max-age=31536000; includeSubDomains');
  next();
};

export const allowPortal = (response: Response): void => void response.setHeader('content-security-policy', ofPortal);
export const allowDocumentation = (response: Response): void => void response.setHeader('content-security-policy', ofDocumentation);

/** Where the frame is in which the portal shows a mail. */
export const mailFramePath = '/pages/mail-frame';

// Mails have their styles inline, and a document made within the portal's page (srcdoc, blob, data) is under the portal's policy. This one has a policy of its
// own: styles may stand anywhere, nothing is loaded, no script runs but these lines, and it has no origin. Only the page around it is listened to.
const frameScript = `addEventListener('message', (event) => {
  if (event.source !== parent || typeof event.data !== 'string') return;
  const mail = new DOMParser().parseFromString(event.data, 'text/html');
  document.replaceChild(document.adoptNode(mail.documentElement), document.documentElement);
});
parent.postMessage('mail frame is ready', '*');`;
const frameHash = createHash('sha256').update(frameScript).digest('base64');
const ofMailFrame = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${frameHash}'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-scripts`;

/** The empty page that a mail is shown in. */
export const mailFrame: RequestHandler = (_request, response) => {
  response.setHeader('content-security-policy', ofMailFrame);
  response.setHeader('x-frame-options', 'SAMEORIGIN');
  response.send(
    `<!doctype html><html><head><meta charset="utf-8"><title></title><script>${frameScript}</script></head><body></body></html>`,
  );
};
