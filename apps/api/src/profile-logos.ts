import { getProfileLogo, setProfileLogo } from '@clientele/contracts';
import type { Context } from '@clientele/db';
import type { Permission } from '@clientele/domain';
import { demand, openOwnLogo, setProfileLogo as setLogo, userIdOf } from '@clientele/services';
import express, { type IRouter } from 'express';
import { contextOf, type MountOptions, parse } from './mount.ts';

/** Above the size that a logo may have, so that a somewhat larger one is refused at its field. */
const most = '8mb';

/** A picture that no page of ours has to trust: it is shown, and nothing else is done with it. */
export const pictureHeaders = { 'content-disposition': 'inline', 'x-content-type-options': 'nosniff' };

/** Logos come in and go out as they are: pictures, not JSON. */
export function mountProfileLogos(router: IRouter, options: MountOptions): void {
  router.put(
    setProfileLogo.path,
    // Before the picture is read.
    async (request, response, next) => {
      const { ctx } = await contextOf(request, response, options);
      demand(ctx, setProfileLogo.access as Permission);
      await options.guard.demand('profile-logo', userIdOf(ctx));
      next();
    },
    express.raw({ type: () => true, limit: most }),
    async (request, response) => {
      const { ctx } = response.locals as { ctx: Context };
      const { params, version } = parse({ ...setProfileLogo, body: undefined }, request);
      const uploaded = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const profile = await setLogo(
        { ...ctx, idempotency: undefined, now: ctx.db.clock.now() },
        { id: params.profileId, version, uploaded },
      );
      response.setHeader('etag', `"${profile.version}"`);
      response.json(setProfileLogo.result.parse(profile));
    },
  );
  router.get(getProfileLogo.path, async (request, response) => {
    const { ctx } = await contextOf(request, response, options);
    demand(ctx, getProfileLogo.access as Permission);
    const { mediaType, bytes } = await openOwnLogo(ctx, parse(getProfileLogo, request).params.hash);
    response.set({ ...pictureHeaders, 'content-type': mediaType, 'cache-control': 'private, max-age=31536000, immutable' });
    response.end(bytes);
  });
}
