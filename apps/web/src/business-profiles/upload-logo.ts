import { type BusinessProfile, type Problem, setProfileLogo } from '@clientele/contracts';
import type { RefusalCode } from '@clientele/domain';
import { ApiProblem, addressOf } from '../app/api.ts';

/** Sends a picture as it is. Throws `ApiProblem`. */
export async function uploadLogo(profile: { id: string; version: number }, file: File): Promise<BusinessProfile> {
  let response: Response;
  try {
    response = await fetch(addressOf(setProfileLogo, { params: { profileId: profile.id } }), {
      method: 'PUT',
      // Whatever the file is called, the server looks at what it is.
      headers: { accept: 'application/json', 'content-type': 'application/octet-stream', 'if-match': `"${profile.version}"` },
      body: file,
    });
  } catch {
    throw new ApiProblem('offline', 0, 'The server cannot be reached.');
  }
  const answer = (await response.json().catch(() => ({}))) as Partial<Problem>;
  if (response.ok) return answer as unknown as BusinessProfile;
  throw new ApiProblem((answer.code ?? 'unreadable') as RefusalCode, response.status, answer.detail ?? '', answer);
}
