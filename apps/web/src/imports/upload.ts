import { type CustomerImport, type Problem, receiveImport } from '@clientele/contracts';
import type { RefusalCode } from '@clientele/domain';
import { ApiProblem, addressOf } from '../app/api.ts';

export interface UploadChoices {
  encoding?: string | undefined;
  delimiter?: ',' | ';' | '\t' | '|' | undefined;
}

/** Sends a file as it is, and tells how much of it has gone (0 to 1): `fetch` cannot. Throws `ApiProblem`; aborting rejects with null. */
export function uploadFile(
  file: File,
  choices: UploadChoices,
  { signal, progress }: { signal: AbortSignal; progress: (share: number) => void },
): Promise<CustomerImport> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', addressOf(receiveImport, { query: { fileName: file.name.slice(-200), ...choices } }));
    request.setRequestHeader('content-type', 'text/csv');
    request.setRequestHeader('accept', 'application/json');
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status === 201) return resolve(answer as unknown as CustomerImport);
      const problem = answer as Partial<Problem>;
      reject(new ApiProblem((problem.code ?? 'unreadable') as RefusalCode, request.status, problem.detail ?? '', problem));
    };
    request.onerror = () => reject(new ApiProblem('offline', 0, 'The server cannot be reached.'));
    request.onabort = () => reject(null);
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
